using System.Buffers.Binary;

namespace VSwitch.Wire;

/// <summary>Reads the IPv6 header at the front of a packet, in place.</summary>
/// <remarks>
/// Octets: version, traffic class and flow label 4 | payload length 2 | next header 1 | hop limit 1 | source 16 | destination 16.
/// Source: RFC 8200, section 3.
/// </remarks>
internal readonly ref struct IPv6Header
{
    /// <summary>Octets of the header, extension headers not counted.</summary>
    public const int Length = 40;

    /// <summary>Where the payload length stands: octets behind this header, extension headers among them.</summary>
    public const int PayloadLengthOffset = 4;

    /// <summary>Extension headers that are walked; a packet with more of them is nobody's super-frame.</summary>
    public const int MaxExtensionHeaders = 8;

    private const int NextHeaderOffset = 6;

    private readonly ReadOnlySpan<byte> _packet;

    private IPv6Header(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>Octets behind this header, as it claims; 0 in a jumbogram, or a super-frame too long for the field.</summary>
    public ushort PayloadLength => BinaryPrimitives.ReadUInt16BigEndian(_packet[PayloadLengthOffset..]);

    /// <summary>Differentiated services code point, 0 to 63 (RFC 2474).</summary>
    public byte Dscp => (byte)((BinaryPrimitives.ReadUInt16BigEndian(_packet) >> 6) & 0x3F);

    /// <summary>Hops that the packet may still go.</summary>
    public byte HopLimit => _packet[7];

    /// <summary>Who sent the packet: upper and lower 64 bits.</summary>
    public (ulong High, ulong Low) Source => ReadAddress(8);

    /// <summary>Whom the packet is for: upper and lower 64 bits.</summary>
    public (ulong High, ulong Low) Destination => ReadAddress(24);

    /// <summary>Walks the extension headers that stand in front of an upper layer in every packet of a flow.</summary>
    /// <param name="protocol">The upper layer, or the first extension header that is not walked (fragment, AH, ESP, ...).</param>
    /// <param name="offset">Where it begins, counted from the first octet of the packet.</param>
    /// <returns>False when the packet ends inside a header, or has more than <see cref="MaxExtensionHeaders"/>.</returns>
    public bool TryFindUpperLayer(out IpProtocol protocol, out int offset)
    {
        protocol = (IpProtocol)_packet[NextHeaderOffset];
        offset = Length;
        for (int walked = 0; IsWalked(protocol); walked++)
        {
            if (walked == MaxExtensionHeaders || _packet.Length - offset < 2)
            {
                return false;
            }

            protocol = (IpProtocol)_packet[offset];
            offset += (_packet[offset + 1] + 1) * 8; // Hdr Ext Len: units of 8 octets, the first not counted
        }

        return offset <= _packet.Length;
    }

    /// <summary>Checks version and length once.</summary>
    /// <returns>False when the packet is not IPv6, or ends inside its header.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, out IPv6Header header)
    {
        bool fits = packet.Length >= Length && packet[0] >> 4 == 6;
        header = fits ? new(packet) : default;
        return fits;
    }

    private (ulong High, ulong Low) ReadAddress(int offset) =>
        (BinaryPrimitives.ReadUInt64BigEndian(_packet[offset..]), BinaryPrimitives.ReadUInt64BigEndian(_packet[(offset + 8)..]));

    private static bool IsWalked(IpProtocol protocol) =>
        protocol is IpProtocol.HopByHopOptions or IpProtocol.Routing or IpProtocol.DestinationOptions;
}
