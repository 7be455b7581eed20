using VSwitch.Captures.Conversion;
using VSwitch.Captures.Files;
using VSwitch.Captures.Rewriting;
using VSwitch.Captures.Splitting;

namespace VSwitch.PcapReplay.Rewrite;

/// <summary>Goes through a capture once, and writes another.</summary>
internal sealed class RewriteJob(CaptureReader reader, Stream output, FrameRewriter rewriter, FrameFragmenter? fragmenter, TcpprepCache? sides, bool converts)
{
    private readonly byte[] _frame = new byte[FrameRewriter.BufferOctets];
    private readonly byte[] _fragment = new byte[FrameRewriter.BufferOctets];
    private readonly LinkTypeConverter _converter = new();
    private readonly Dictionary<int, CaptureInterface> _interfaces = [];

    internal FrameRewriter Rewriter => rewriter;

    internal FrameFragmenter? Fragmenter => fragmenter;

    internal TcpprepCache? Sides => sides;

    /// <summary>Packets of other link types that were not touched.</summary>
    internal long Copied { get; private set; }

    /// <summary>Packets of other link types that no frame could be made of.</summary>
    internal long Unconverted { get; private set; }

    /// <summary>Where the capture is broken.</summary>
    internal CaptureError? Error => reader.Error;

    internal void Run()
    {
        CaptureFormat format = reader.Format == CaptureFormat.ModifiedPcap ? CaptureFormat.Pcap : reader.Format;
        using CaptureWriter writer = CaptureWriter.Create(output, format, leaveOpen: true);
        if (format != CaptureFormat.Pcapng && reader.Interfaces is [{ } only]) // its header says the link type, packets or none
        {
            _interfaces.Add(only.Index, writer.AddInterface(As(only)));
        }

        while (reader.TryRead(out CapturedPacket packet))
        {
            Take(writer, packet);
        }

        writer.Flush();
    }

    private void Take(CaptureWriter writer, in CapturedPacket packet)
    {
        // As tcprewrite: what a cache says is not to be sent stays as it is. What is not in the cache is counted there, and rewritten.
        TrafficSide side = sides?.SideOf(reader.PacketCount) ?? TrafficSide.Primary;
        if (side == TrafficSide.Skip && reader.PacketCount <= sides!.Count)
        {
            Write(writer, packet, packet.Octets, packet.OriginalLength);
            return;
        }

        bool isEthernet = packet.Interface.LinkType == LinkType.Ethernet;
        if (!isEthernet && !IsConverted(packet.Interface))
        {
            Copied++;
            Write(writer, packet, packet.Octets, packet.OriginalLength);
            return;
        }

        ConversionVerdict verdict = _converter.Convert(packet.Interface.LinkType, packet.Octets, _frame);
        if (!verdict.IsConverted)
        {
            Unconverted++;
            return;
        }

        uint original = Math.Max(packet.OriginalLength, (uint)packet.Octets.Length) + (uint)(verdict.Length - packet.Octets.Length);
        RewrittenFrame frame = rewriter.Rewrite(_frame, verdict.Length, original, side == TrafficSide.Secondary ? RewriteSide.Secondary : RewriteSide.Primary);
        if (frame.Outcome == RewriteOutcome.Deleted)
        {
            return;
        }

        ReadOnlySpan<byte> octets = _frame.AsSpan(0, frame.Length);
        if (fragmenter?.Begin(octets, frame.OriginalLength == frame.Length) != true)
        {
            Write(writer, packet, octets, frame.OriginalLength);
            return;
        }

        while (fragmenter.Next(_fragment) is > 0 and var length)
        {
            Write(writer, packet, _fragment.AsSpan(0, length), (uint)length);
        }
    }

    private bool IsConverted(CaptureInterface at) => converts && LinkTypeConverter.UseOf(at.LinkType) != LinkTypeUse.None;

    private CaptureInterface As(CaptureInterface at) => at with
    {
        LinkType = IsConverted(at) ? LinkType.Ethernet : at.LinkType,
        SnapLength = at.SnapLength == 0 ? 0 : Math.Max(at.SnapLength, FrameRewriter.BufferOctets), // frames may be longer than before
    };

    private void Write(CaptureWriter writer, in CapturedPacket packet, ReadOnlySpan<byte> octets, uint original)
    {
        if (!_interfaces.TryGetValue(packet.Interface.Index, out CaptureInterface? at))
        {
            _interfaces.Add(packet.Interface.Index, at = writer.AddInterface(As(packet.Interface)));
        }

        writer.Write(new CapturedPacket
        {
            Interface = at,
            Timestamp = packet.Timestamp,
            Octets = octets,
            OriginalLength = original,
            Direction = packet.Direction,
            PacketId = packet.PacketId,
            DropCount = packet.DropCount,
            Comments = packet.Comments,
        });
    }
}
