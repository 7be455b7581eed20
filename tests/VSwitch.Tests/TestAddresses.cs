using System.Buffers.Binary;
using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Tests;

/// <summary>Addresses as text, for tests.</summary>
internal static class TestAddresses
{
    public static IpAddressKey Key(string address)
    {
        byte[] octets = IPAddress.Parse(address).GetAddressBytes();
        return octets.Length == 4
            ? IpAddressKey.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(octets))
            : IpAddressKey.FromIPv6(BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets.AsSpan(8)));
    }

    public static uint IPv4(string address) => Key(address).IPv4;

    public static byte[] Octets(string address) => IPAddress.Parse(address).GetAddressBytes();
}
