using System.Buffers.Binary;
using System.Diagnostics;
using VSwitch.Identifiers;

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

    /// <summary>Where source and destination stand, behind each other.</summary>
    public const int AddressesOffset = 8;

    /// <summary>Extension headers that are walked; a packet with more of them is nobody's super-frame.</summary>
    public const int MaxExtensionHeaders = 8;

    private const int NextHeaderOffset = 6;
    private const int HopLimitOffset = 7;

    private readonly ReadOnlySpan<byte> _packet;

    private IPv6Header(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>Differentiated services code point, 0 to 63 (RFC 2474).</summary>
    public byte Dscp => (byte)((BinaryPrimitives.ReadUInt16BigEndian(_packet) >> 6) & 0x3F);

    /// <summary>Who sent the packet: upper and lower 64 bits.</summary>
    public (ulong High, ulong Low) Source => ReadAddress(AddressesOffset);

    /// <summary>Whom the packet is for: upper and lower 64 bits.</summary>
    public (ulong High, ulong Low) Destination => ReadAddress(AddressesOffset + IpAddressKey.Length);

    /// <summary>Octets behind this header, as it claims; of a super-packet, all that is to be cut.</summary>
    public int PayloadLength => BinaryPrimitives.ReadUInt16BigEndian(_packet[PayloadLengthOffset..]);

    /// <summary>What follows this header: an upper layer or an extension header.</summary>
    public IpProtocol NextHeader => (IpProtocol)_packet[NextHeaderOffset];

    /// <summary>Routers that the packet may still pass.</summary>
    public byte HopLimit => _packet[HopLimitOffset];

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

    /// <summary>Checks what a router has to: version, and a payload length that fits.</summary>
    /// <param name="packet">The packet; octets behind its payload length are padding of its frame, and not part of the view.</param>
    /// <param name="header">The header, when the result is true.</param>
    /// <remarks>
    /// A payload length of 0 is that of a jumbogram (RFC 2675), which is refused, unless the header says that nothing follows.
    /// </remarks>
    public static bool TryReadChecked(ReadOnlySpan<byte> packet, out IPv6Header header)
    {
        if (TryRead(packet, out header)
            && header.PayloadLength <= packet.Length - Length
            && (header.PayloadLength != 0 || header.NextHeader == IpProtocol.NoNextHeader))
        {
            header = new(packet[..(Length + header.PayloadLength)]);
            return true;
        }

        header = default;
        return false;
    }

    /// <summary>Takes one off the hop limit; no checksum covers it.</summary>
    /// <param name="packet">An IPv6 packet with a hop limit of at least 1.</param>
    public static void DecrementHopLimit(Span<byte> packet)
    {
        Debug.Assert(packet[HopLimitOffset] != 0);
        packet[HopLimitOffset]--;
    }

    /// <summary>Writes a header; traffic class and flow label are zero.</summary>
    /// <param name="into">The packet.</param>
    /// <param name="payloadLength">Octets behind the header.</param>
    /// <param name="nextHeader">What follows.</param>
    /// <param name="hopLimit">Routers that it may pass.</param>
    /// <param name="source">Who sends; the default is ::.</param>
    /// <param name="destination">Whom it is for.</param>
    public static void Write(
        Span<byte> into, int payloadLength, IpProtocol nextHeader, byte hopLimit, IpAddressKey source, IpAddressKey destination)
    {
        Debug.Assert(!source.IsIPv4 && !destination.IsIPv4);
        Span<byte> header = into[..Length];
        BinaryPrimitives.WriteUInt32BigEndian(header, 6u << 28);
        BinaryPrimitives.WriteUInt16BigEndian(header[PayloadLengthOffset..], (ushort)payloadLength);
        header[NextHeaderOffset] = (byte)nextHeader;
        header[HopLimitOffset] = hopLimit;
        source.Write(header[AddressesOffset..]);
        destination.Write(header[(AddressesOffset + IpAddressKey.Length)..]);
    }

    private (ulong High, ulong Low) ReadAddress(int offset) =>
        (BinaryPrimitives.ReadUInt64BigEndian(_packet[offset..]), BinaryPrimitives.ReadUInt64BigEndian(_packet[(offset + 8)..]));

    private static bool IsWalked(IpProtocol protocol) =>
        protocol is IpProtocol.HopByHopOptions or IpProtocol.Routing or IpProtocol.DestinationOptions;
}
