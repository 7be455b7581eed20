using System.Buffers.Binary;
using VSwitch.Captures.Comparing.Fields;
using VSwitch.Captures.Files;
using VSwitch.Wire;

namespace VSwitch.Captures.Comparing;

/// <summary>One comparison: reads both captures in turn and gives their packets to their flows.</summary>
internal sealed class ComparisonRun
{
    private const int FlowCost = 512; // octets of a flow that stays, about

    private readonly ComparisonOptions _options;
    private readonly DifferenceLog _log;
    private readonly FrameMask _mask;
    private readonly PacketDigester _digester;
    private readonly SequenceAligner _sequences = new();
    private readonly InterfaceMatcher _interfaces = new();
    private readonly Dictionary<FlowKey, Flow> _flows = [];
    private readonly Leftovers _leftovers;
    private readonly FlowResolver _resolver;
    private readonly FlowAligner _aligner;

    private long? _expectedStart;
    private long? _actualStart;
    private bool _isExpectedOver;
    private bool _isActualOver;

    internal ComparisonRun(ComparisonOptions options, DifferenceLog log)
    {
        (_options, _log) = (options, log);
        _mask = new FrameMask(options.IgnoreInterfaces ? [.. options.Ignore, "frame.interface"] : options.Ignore);
        _digester = new PacketDigester(_mask, options.CommonLength);
        PacketPairing pairing = new(options, _sequences);
        _leftovers = new Leftovers(pairing, log);
        _resolver = new FlowResolver(options, new ChangeFinder(options, _mask), pairing, _leftovers, log);
        _aligner = new FlowAligner(_resolver, _sequences);
    }

    /// <summary>What alignment has cost: digests looked at and cells filled.</summary>
    internal long Steps => _sequences.Steps;

    /// <returns>False when the captures were too far apart to be compared to their ends.</returns>
    internal bool Run(CaptureReader expected, CaptureReader actual)
    {
        bool hasRoom = true;
        while (hasRoom && !(_isExpectedOver && _isActualOver))
        {
            _isExpectedOver = _isExpectedOver || !TryTake(expected, ref _expectedStart, isActual: false);
            _isActualOver = _isActualOver || !TryTake(actual, ref _actualStart, isActual: true);
            hasRoom = _log.Held <= _options.MaxHeldOctets || TryMakeRoom();
        }

        (_isExpectedOver, _isActualOver) = (true, true);
        foreach (Flow flow in _flows.Values)
        {
            _aligner.Advance(flow, isExpectedOver: true, isActualOver: true);
            _resolver.Resolve(flow);
        }

        _leftovers.Settle(_resolver);
        return hasRoom;
    }

    private bool TryTake(CaptureReader reader, ref long? start, bool isActual)
    {
        if (!reader.TryRead(out CapturedPacket read))
        {
            return false;
        }

        start ??= read.Timestamp;
        ComparedPacket packet = new(read, reader.PacketCount)
        {
            InterfaceKey = _interfaces.KeyOf(read.Interface, isActual),
            SinceFirst = read.Timestamp is { } time && start is { } first ? (Int128)time - first : null,
        };
        _log.Held += packet.Cost;
        Span<byte> frame = _digester.Prepare(packet);
        int link = (int)FrameLayout.Plain(read.Interface.LinkType);
        FlowKey key = FlowKey.Of(_digester.Layout, frame, link, _mask.Ignores(FrameField.FrameInterface) ? 0 : packet.InterfaceKey, out bool isForward);
        Flow flow = FlowOf(_options.StrictOrder ? default : key);
        if (_options.RelativeSequenceNumbers)
        {
            MakeRelative(packet, frame, _options.StrictOrder ? FlowOf(key) : flow, isActual, isForward);
        }

        packet.Digest = _digester.Digest(packet);
        (isActual ? flow.Actual : flow.Expected).Add(packet);
        _aligner.Advance(flow, _isExpectedOver, _isActualOver);
        if (flow.IsIdle && !_options.RelativeSequenceNumbers)
        {
            _flows.Remove(_options.StrictOrder ? default : key); // what it knew matters to nobody
        }

        return true;
    }

    private Flow FlowOf(FlowKey key)
    {
        if (!_flows.TryGetValue(key, out Flow? flow))
        {
            _flows.Add(key, flow = new Flow());
            _log.Held += _options.RelativeSequenceNumbers ? FlowCost : 0;
        }

        return flow;
    }

    private void MakeRelative(ComparedPacket packet, Span<byte> frame, Flow flow, bool isActual, bool isForward)
    {
        if (_digester.Layout.TcpStart < 0)
        {
            return;
        }

        ReadOnlySpan<byte> tcp = packet.Span[_digester.Layout.TcpStart..];
        bool acknowledges = (tcp[TcpHeader.FlagsOffset] & (byte)TcpFlags.Ack) != 0;
        packet.Bases = flow.Bases(
            isActual, isForward, BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]), acknowledges ? BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]) : null);
        _digester.MakeRelative(frame, packet.Bases);
    }

    /// <summary>Settles what has been passed by; what waits in the flows has to wait on.</summary>
    private bool TryMakeRoom()
    {
        foreach (Flow flow in _flows.Values)
        {
            _resolver.Resolve(flow);
        }

        _leftovers.Settle(_resolver);
        if (!_options.RelativeSequenceNumbers)
        {
            foreach (FlowKey idle in _flows.Where(f => f.Value.IsIdle).Select(f => f.Key).ToArray())
            {
                _flows.Remove(idle);
            }
        }

        return _log.Held <= _options.MaxHeldOctets / 8 * 7;
    }
}
