using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace VSwitch.Wire;

/// <summary>Reads the IPv4 header at the front of a packet, in place.</summary>
/// <remarks>
/// Octets: version and IHL 1 | DSCP and ECN 1 | total length 2 | identification 2 | flags and fragment offset 2 | TTL 1 | protocol 1 |
/// checksum 2 | source 4 | destination 4 | options 0 to 40. Source: RFC 791, section 3.1.
/// </remarks>
internal readonly ref struct IPv4Header
{
    /// <summary>Octets of a header without options.</summary>
    public const int MinLength = 20;

    /// <summary>What the switch's own packets set out with (RFC 1340's recommendation, and Linux's default).</summary>
    public const byte DefaultTtl = 64;

    /// <summary>Where the total length stands: header and payload, in octets.</summary>
    public const int TotalLengthOffset = 2;

    /// <summary>Octets of the longest header: 40 of options.</summary>
    public const int MaxLength = 60;

    /// <summary>Where the identification stands.</summary>
    public const int IdentificationOffset = 4;

    /// <summary>Where flags and fragment offset stand.</summary>
    public const int FragmentWordOffset = 6;

    /// <summary>The bit in that word which says: don't fragment.</summary>
    public const ushort DontFragmentBit = 0x4000;

    /// <summary>The bit in that word which says: more fragments.</summary>
    public const ushort MoreFragmentsBit = 0x2000;

    /// <summary>Where the checksum of the header stands.</summary>
    public const int ChecksumOffset = 10;

    private const int FragmentMask = 0x3FFF; // more fragments, and the offset; not "don't fragment"
    private const int FragmentOffsetMask = 0x1FFF;
    private const int TtlOffset = 8;

    private readonly ReadOnlySpan<byte> _octets;

    private IPv4Header(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Octets of the header, options counted: 20 to 60.</summary>
    public int HeaderLength => _octets.Length;

    /// <summary>Differentiated services code point, 0 to 63 (RFC 2474).</summary>
    public byte Dscp => (byte)(_octets[1] >> 2);

    /// <summary>What every segment of a super-frame counts up from.</summary>
    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_octets[IdentificationOffset..]);

    /// <summary>A part of a datagram: the L4 header may be in another.</summary>
    public bool IsFragment => (FragmentWord & FragmentMask) != 0;

    /// <summary>Octets of the whole packet, as the header claims; of a super-packet, all that is to be cut.</summary>
    public int TotalLength => BinaryPrimitives.ReadUInt16BigEndian(_octets[TotalLengthOffset..]);

    /// <summary>DSCP and ECN: what was the type of service.</summary>
    public byte TrafficClass => _octets[1];

    /// <summary>DF: a packet that is too long is to be reported, not cut.</summary>
    public bool DontFragment => (FragmentWord & DontFragmentBit) != 0;

    /// <summary>MF: this is not the last fragment.</summary>
    public bool MoreFragments => (FragmentWord & MoreFragmentsBit) != 0;

    /// <summary>Where the payload stands in that of the whole datagram, in octets: a multiple of 8.</summary>
    public int FragmentOffset => (FragmentWord & FragmentOffsetMask) * 8;

    /// <summary>Time to live: routers that the packet may still pass.</summary>
    public byte Ttl => _octets[TtlOffset];

    /// <summary>What follows the header.</summary>
    public IpProtocol Protocol => (IpProtocol)_octets[9];

    /// <summary>Who sent the packet.</summary>
    public uint Source => BinaryPrimitives.ReadUInt32BigEndian(_octets[12..]);

    /// <summary>Whom the packet is for.</summary>
    public uint Destination => BinaryPrimitives.ReadUInt32BigEndian(_octets[16..]);

    private ushort FragmentWord => BinaryPrimitives.ReadUInt16BigEndian(_octets[FragmentWordOffset..]);

    /// <summary>Checks version and header length once; afterwards no property can throw.</summary>
    /// <returns>False when the packet is not IPv4, or ends inside its header.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> packet, out IPv4Header header)
    {
        header = default;
        if (packet.Length < MinLength || packet[0] >> 4 != 4)
        {
            return false;
        }

        int length = (packet[0] & 0xF) * 4;
        if (length < MinLength || length > packet.Length)
        {
            return false;
        }

        header = new(packet[..length]);
        return true;
    }

    /// <summary>Checks what a router has to (RFC 1812, section 5.2.2): version, header length, total length, checksum of the header.</summary>
    /// <param name="packet">The packet; octets behind its total length are padding of its frame.</param>
    /// <param name="header">The header, when the result is true.</param>
    public static bool TryReadChecked(ReadOnlySpan<byte> packet, out IPv4Header header)
    {
        if (TryRead(packet, out header)
            && header.TotalLength >= header.HeaderLength
            && header.TotalLength <= packet.Length
            && InternetChecksum.Sum(header._octets) == 0xFFFF)
        {
            return true;
        }

        header = default;
        return false;
    }

    /// <summary>Takes one off the TTL and brings the checksum up to date; a wrong checksum stays wrong.</summary>
    /// <param name="packet">An IPv4 packet with a TTL of at least 1.</param>
    /// <remarks>RFC 1624, equation 3: HC' = ~(~HC + ~m + m'). The TTL is the upper half of its word, so ~m + m' is 0xFEFF whatever it was.</remarks>
    public static void DecrementTtl(Span<byte> packet)
    {
        Debug.Assert(packet[TtlOffset] != 0);
        packet[TtlOffset]--;
        Span<byte> field = packet.Slice(ChecksumOffset, sizeof(ushort));
        ushort sum = InternetChecksum.Add((ushort)~BinaryPrimitives.ReadUInt16BigEndian(field), 0xFEFF);
        BinaryPrimitives.WriteUInt16BigEndian(field, (ushort)~sum);
    }

    /// <summary>Writes a header without options, checksum included.</summary>
    /// <param name="into">The packet, <paramref name="totalLength"/> octets at least.</param>
    /// <param name="totalLength">Octets of header and payload.</param>
    /// <param name="protocol">What follows.</param>
    /// <param name="source">Who sends.</param>
    /// <param name="destination">Whom it is for.</param>
    /// <param name="trafficClass">DSCP and ECN.</param>
    /// <param name="identification">What tells fragments apart.</param>
    /// <param name="dontFragment">Whether DF is set.</param>
    public static void Write(
        Span<byte> into,
        int totalLength,
        IpProtocol protocol,
        uint source,
        uint destination,
        byte trafficClass = 0,
        ushort identification = 0,
        bool dontFragment = true)
    {
        Span<byte> header = into[..MinLength];
        header[0] = 0x45;
        header[1] = trafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(header[TotalLengthOffset..], (ushort)totalLength);
        BinaryPrimitives.WriteUInt16BigEndian(header[IdentificationOffset..], identification);
        BinaryPrimitives.WriteUInt16BigEndian(header[FragmentWordOffset..], dontFragment ? DontFragmentBit : (ushort)0);
        header[TtlOffset] = DefaultTtl;
        header[9] = (byte)protocol;
        BinaryPrimitives.WriteUInt32BigEndian(header[12..], source);
        BinaryPrimitives.WriteUInt32BigEndian(header[16..], destination);
        WriteChecksum(header);
    }

    /// <summary>Writes the checksum of a header, options included.</summary>
    /// <param name="header">The header and nothing behind it.</param>
    public static void WriteChecksum(Span<byte> header)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], (ushort)~InternetChecksum.Sum(header));
    }
}
