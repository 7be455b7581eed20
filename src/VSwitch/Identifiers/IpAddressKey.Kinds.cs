using System.Buffers.Binary;

namespace VSwitch.Identifiers;

public readonly partial record struct IpAddressKey
{
    /// <summary>Octets that <see cref="Write"/> fills.</summary>
    internal const int Length = 16;

    /// <summary>A group: 224.0.0.0/4 (RFC 5771) or ff00::/8 (RFC 4291, section 2.7). The broadcast 255.255.255.255 is none.</summary>
    internal bool IsMulticast => IsIPv4 ? IPv4 >> 28 == 0xE : High >> 56 == 0xFF;

    /// <summary>An address that is good on its link alone: 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291, section 2.5.6).</summary>
    internal bool IsLinkLocal => IsIPv4 ? IPv4 >> 16 == 0xA9FE : High >> 54 == 0x3FA;

    /// <summary>An address that never leaves its host: 127.0.0.0/8 (RFC 1122, section 3.2.1.3) or ::1.</summary>
    internal bool IsLoopback => IsIPv4 ? IPv4 >> 24 == 127 : this == new IpAddressKey(0, 1);

    /// <summary>0.0.0.0, or ::, whose key is <see cref="None"/>.</summary>
    /// <remarks>
    /// A key cannot tell :: from "no address", nor from the mapped IPv6 address that <see cref="FromIPv6"/> refused. Who must know which it was
    /// keeps a flag beside the key, as a neighbor solicitation does for duplicate address detection.
    /// </remarks>
    internal bool IsUnspecified => this == None || this == FromIPv4(0);

    /// <summary>The link-local IPv6 address that an Ethernet station makes of its MAC address (RFC 4291, appendix A).</summary>
    internal static IpAddressKey LinkLocalOf(MacAddress station)
    {
        ulong upper = (station.Value >> 24) ^ 0x02_0000; // the U/L bit turned
        return new(0xFE80_0000_0000_0000, (upper << 40) | 0xFF_FE00_0000 | (station.Value & 0xFF_FFFF));
    }

    /// <summary>Writes the 16 octets of an IPv6 address; an IPv4 address stands mapped, ::ffff:a.b.c.d.</summary>
    internal void Write(Span<byte> octets)
    {
        BinaryPrimitives.WriteUInt64BigEndian(octets, High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Low);
    }
}
