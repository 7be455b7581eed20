using System.Buffers.Binary;
using System.Net;

namespace VSwitch.Identifiers;

/// <summary>An IPv4 or IPv6 address as 128 bits, the first octet on the wire highest; what learning keys its entries by behind devices without MAC addresses.</summary>
/// <param name="High">The upper 64 bits.</param>
/// <param name="Low">The lower 64 bits.</param>
/// <remarks>
/// An IPv4 address stands as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2). No IPv6 packet may claim such an address: <see cref="FromIPv6"/> makes
/// <see cref="None"/> of it, else a forged IPv6 source would move an IPv4 address.
/// </remarks>
public readonly partial record struct IpAddressKey(ulong High, ulong Low)
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000;
    private const ulong MappedMask = 0xFFFF_FFFF_0000_0000;

    /// <summary>Nobody's address: never learned, never found.</summary>
    public static IpAddressKey None => default;

    /// <summary>An IPv4 address, the first octet highest.</summary>
    public static IpAddressKey FromIPv4(uint address) => new(0, MappedPrefix | address);

    /// <summary>An IPv6 address, in two halves; <see cref="None"/> of one that would be read as IPv4.</summary>
    public static IpAddressKey FromIPv6(ulong high, ulong low) =>
        high == 0 && (low & MappedMask) == MappedPrefix ? None : new(high, low);

    /// <summary>Reads an address off the wire.</summary>
    /// <param name="octets">4 of IPv4, 16 of IPv6; with any other length, <see cref="None"/>.</param>
    public static IpAddressKey Read(ReadOnlySpan<byte> octets) => octets.Length switch
    {
        4 => FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(octets)),
        16 => FromIPv6(BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..])),
        _ => None,
    };

    /// <summary>An address as .NET knows it, its zone left out.</summary>
    /// <returns><see cref="None"/> for ::ffff:a.b.c.d, as <see cref="FromIPv6"/> says.</returns>
    internal static IpAddressKey From(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out int length);
        return Read(octets[..length]);
    }

    /// <summary>An IPv4 address; <see cref="None"/> is an IPv6 one.</summary>
    public bool IsIPv4 => High == 0 && (Low & MappedMask) == MappedPrefix;

    /// <summary>The 32 bits of an IPv4 address; of an IPv6 one, its lowest.</summary>
    internal uint IPv4 => (uint)Low;

    /// <summary>The address as .NET knows it.</summary>
    internal IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(octets, High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Low);
        return new(IsIPv4 ? octets[12..] : octets);
    }

    /// <summary>As <see cref="IPAddress"/> prints it.</summary>
    public override string ToString() => ToIPAddress().ToString();

    /// <summary>An address that may stand as the source of a packet: not a group, not unspecified, not the limited broadcast.</summary>
    internal bool IsHost => High == 0
        ? IsIPv4 ? IsIPv4Host((uint)Low) : Low != 0
        : High >> 56 != 0xFF; // ff00::/8: multicast (RFC 4291, section 2.7)

    // 0.0.0.0/8 is "this network" (RFC 1122, 3.2.1.3); 224.0.0.0/4 are groups, and above them stands nothing but the broadcast.
    private static bool IsIPv4Host(uint address) => address >> 24 != 0 && (address >> 28) < 0xE;
}
