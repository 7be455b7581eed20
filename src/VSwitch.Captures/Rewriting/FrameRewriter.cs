using VSwitch.Wire;

namespace VSwitch.Captures.Rewriting;

/// <summary>Rewrites Ethernet frames in place, as options say that were compiled once.</summary>
/// <remarks>
/// <para>
/// The order: FCS, VLAN tag, MAC addresses; TTL, type of service, traffic class, flow label; ports; addresses; lengths; checksums; padding; fuzzing.
/// IP is found behind any number of tags. Checksums are brought up to date (RFC 1624): a right one stays right, a wrong one is as wrong as before.
/// Where a length changes they are computed anew. A UDP checksum of 0 stays 0. What an ICMP error quotes, and what a tunnel carries, stays.
/// </para>
/// Octets may be anything: nothing throws, and nothing outside the frame is written but the room that a tag or padding takes. Nothing is allocated
/// after the constructor. Owned by one thread at a time.
/// </remarks>
public sealed partial class FrameRewriter
{
    private const int FcsLength = 4;

    private readonly RewriteOptions _options;
    private readonly AddressChanger _addresses;
    private readonly MacSubstitution[] _substitutions;
    private readonly PortMap[] _ports;
    private readonly KeyedPermutation? _macSeed;
    private readonly FrameFuzzer? _fuzzer;
    private readonly bool _editsPackets;
    private long _frames, _headerCut, _noRoom, _deleted;

    /// <param name="options">What is to be done.</param>
    /// <exception cref="ArgumentException">A map from one family to the other, or a number outside its range.</exception>
    public FrameRewriter(RewriteOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MtuOctets, MinMtuOctets);
        ArgumentOutOfRangeException.ThrowIfNegative(options.PadOctets);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MacSeedKeptOctets);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MacSeedKeptOctets, 6);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FuzzFactor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.FlowLabel ?? 0, MaxFlowLabel);
        _options = options;
        _addresses = new(options);
        _substitutions = [.. options.MacSubstitutions];
        _ports = [.. options.PortMaps.Reverse()]; // the last match wins
        _vlanMap = MakeVlanMap(options.Vlan);
        _macSeed = options.MacSeed is { } seed ? new KeyedPermutation(seed) : null;
        _fuzzer = options.FuzzSeed is > 0 and var fuzz ? new FrameFuzzer(fuzz, options.FuzzFactor) : null;
        _editsPackets = !_addresses.IsIdle || _ports.Length > 0 || options.Ttl is not null || options.TypeOfService is not null || options.TrafficClass is not null
            || options.FlowLabel is not null || options.FixChecksums || options.FixLength != LengthRepair.None;
    }

    /// <summary>The shortest MTU that packets may be truncated to: below it no header of IPv4 is sure to fit (RFC 791).</summary>
    public const int MinMtuOctets = 68;

    /// <summary>Octets of a buffer that no frame of a capture outgrows: 256 KiB, and room for a tag and padding.</summary>
    public const int BufferOctets = 262_144 + 2048;

    /// <summary>What was done so far.</summary>
    public RewriteCounters Counters => new(_frames, _headerCut, _noRoom, _deleted);

    /// <summary>Rewrites a frame of which the capture has every octet.</summary>
    /// <param name="buffer">The frame at its front, and room behind it.</param>
    /// <param name="length">Octets of the frame.</param>
    /// <param name="side">Which values it gets.</param>
    /// <param name="loop">How often the capture was sent before.</param>
    /// <returns>Octets of the frame now; 0 when it is to be left out.</returns>
    public int Rewrite(Span<byte> buffer, int length, RewriteSide side, uint loop = 0) => Rewrite(buffer, length, (uint)length, side, loop).Length;

    /// <summary>Rewrites a frame.</summary>
    /// <param name="buffer">What the capture has of the frame at its front, and room behind it: 4 octets for a tag, all that padding adds.</param>
    /// <param name="length">Octets that the capture has.</param>
    /// <param name="originalLength">Octets that the frame had on the wire; fewer than <paramref name="length"/> are taken for as many.</param>
    /// <param name="side">Which values it gets.</param>
    /// <param name="loop">How often the capture was sent before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The frame is longer than the buffer.</exception>
    public RewrittenFrame Rewrite(Span<byte> buffer, int length, uint originalLength, RewriteSide side, uint loop = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, buffer.Length);
        _frames++;
        uint original = Math.Max(originalLength, (uint)length);
        if (_options.RemoveFcs && original >= EthernetHeader.Length + FcsLength)
        {
            original -= FcsLength;
            length = (int)Math.Min((uint)length, original); // of a frame that is cut, the FCS is not there
        }

        if (length < EthernetHeader.Length)
        {
            _headerCut++;
            return new(length, original, RewriteOutcome.HeaderCut);
        }

        PacketLayout layout = PacketLayout.Read(buffer[..length]);
        if (_options.FixLength == LengthRepair.Delete && (layout.IsCut || (layout.IsIp && original > length)))
        {
            _deleted++;
            return new(0, original, RewriteOutcome.Deleted);
        }

        int growth = VlanGrowth(buffer[..length]);
        long padded = PaddedLength(layout, length, original) + growth;
        if (padded > buffer.Length)
        {
            _noRoom++;
            return new(length, original, RewriteOutcome.NoRoom);
        }

        EditVlan(buffer, length, growth);
        (length, original) = (length + growth, (uint)(original + growth));
        EditAddresses(buffer, side);
        layout = growth == 0 ? layout : PacketLayout.Read(buffer[..length]);
        EditPacket(buffer[..length], layout, side, loop);
        FixLengths(buffer, ref layout, ref length, ref original, (int)padded);
        return Finish(buffer, layout, length, original);
    }

    private RewrittenFrame Finish(Span<byte> buffer, in PacketLayout layout, int length, uint original)
    {
        if (_options.FixChecksums)
        {
            ChecksumUpdate.Compute(buffer[..length], layout);
        }

        if (length < _options.PadOctets && original <= length)
        {
            buffer[length.._options.PadOctets].Clear();
            original = (uint)(length = _options.PadOctets);
        }

        if (_fuzzer is not null)
        {
            int headers = Math.Min(length, layout.SegmentOffset >= 0 ? layout.SegmentOffset + 8 : layout.PacketOffset);
            int left = _fuzzer.Spoil(buffer[headers..length], _frames);
            if (left < 0)
            {
                _deleted++;
                return new(0, original, RewriteOutcome.Deleted);
            }

            original -= (uint)(length - headers - left);
            length = headers + left;
        }

        bool isBroken = _editsPackets && layout.Kind == PacketKind.Broken;
        _headerCut += isBroken ? 1 : 0;
        return new(length, original, isBroken ? RewriteOutcome.HeaderCut : RewriteOutcome.Done);
    }
}
