using System.Buffers.Binary;
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

    /// <summary>Where the total length stands: header and payload, in octets.</summary>
    public const int TotalLengthOffset = 2;

    /// <summary>Where the identification stands.</summary>
    public const int IdentificationOffset = 4;

    /// <summary>Where the checksum of the header stands.</summary>
    public const int ChecksumOffset = 10;

    private const int FragmentMask = 0x3FFF; // more fragments, and the offset; not "don't fragment"

    private readonly ReadOnlySpan<byte> _octets;

    private IPv4Header(ReadOnlySpan<byte> octets) => _octets = octets;

    /// <summary>Octets of the header, options counted: 20 to 60.</summary>
    public int HeaderLength => _octets.Length;

    /// <summary>Octets of header and payload, as the header claims; 0 in a super-frame too long for the field.</summary>
    public ushort TotalLength => BinaryPrimitives.ReadUInt16BigEndian(_octets[TotalLengthOffset..]);

    /// <summary>Differentiated services code point, 0 to 63 (RFC 2474).</summary>
    public byte Dscp => (byte)(_octets[1] >> 2);

    /// <summary>Hops that the packet may still go.</summary>
    public byte TimeToLive => _octets[8];

    /// <summary>What every segment of a super-frame counts up from.</summary>
    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_octets[IdentificationOffset..]);

    /// <summary>A part of a datagram: the L4 header may be in another.</summary>
    public bool IsFragment => (BinaryPrimitives.ReadUInt16BigEndian(_octets[6..]) & FragmentMask) != 0;

    /// <summary>What follows the header.</summary>
    public IpProtocol Protocol => (IpProtocol)_octets[9];

    /// <summary>Who sent the packet.</summary>
    public uint Source => BinaryPrimitives.ReadUInt32BigEndian(_octets[12..]);

    /// <summary>Whom the packet is for.</summary>
    public uint Destination => BinaryPrimitives.ReadUInt32BigEndian(_octets[16..]);

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
}
