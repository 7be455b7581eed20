using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Tests.Identifiers;

public class IpAddressKeyKindsTests
{
    [Theory]
    [InlineData("224.0.0.0", true)]
    [InlineData("239.255.255.255", true)]
    [InlineData("223.255.255.255", false)]
    [InlineData("240.0.0.0", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("ff02::1", true)]
    [InlineData("ff00::", true)]
    [InlineData("feff::1", false)]
    [InlineData("::", false)]
    public void IsMulticast_GroupsOfBothVersions(string address, bool expected) => Assert.Equal(expected, Key(address).IsMulticast);

    [Theory]
    [InlineData("169.254.0.0", true)]
    [InlineData("169.254.255.255", true)]
    [InlineData("169.255.0.0", false)]
    [InlineData("169.253.255.255", false)]
    [InlineData("fe80::", true)]
    [InlineData("febf:ffff::1", true)]
    [InlineData("fec0::1", false)]
    [InlineData("fe7f::1", false)]
    public void IsLinkLocal_BothVersions(string address, bool expected) => Assert.Equal(expected, Key(address).IsLinkLocal);

    [Theory]
    [InlineData("127.0.0.0", true)]
    [InlineData("127.255.255.255", true)]
    [InlineData("128.0.0.0", false)]
    [InlineData("126.255.255.255", false)]
    [InlineData("::1", true)]
    [InlineData("::2", false)]
    [InlineData("1::1", false)]
    public void IsLoopback_BothVersions(string address, bool expected) => Assert.Equal(expected, Key(address).IsLoopback);

    [Theory]
    [InlineData("0.0.0.0", true)]
    [InlineData("0.0.0.1", false)]
    [InlineData("::", true)]
    [InlineData("::1", false)]
    public void IsUnspecified_BothVersions(string address, bool expected) => Assert.Equal(expected, Key(address).IsUnspecified);

    [Fact]
    public void IsIPv4_MappedAlone()
    {
        Assert.True(Key("0.0.0.0").IsIPv4);
        Assert.True(Key("255.255.255.255").IsIPv4);
        Assert.Equal(0x0A00_0001u, Key("10.0.0.1").IPv4);
        Assert.False(IpAddressKey.None.IsIPv4);
        Assert.False(Key("fd00::ffff:10.0.0.1").IsIPv4);
        Assert.Equal(IpAddressKey.None, Key("::ffff:10.0.0.1")); // no packet may claim it
    }

    [Fact]
    public void Write_IPv6_IsAsOnTheWire()
    {
        var octets = new byte[IpAddressKey.Length];
        Key("fd00:1:2:3:4:5:6:7").Write(octets);
        Assert.Equal(IPAddress.Parse("fd00:1:2:3:4:5:6:7").GetAddressBytes(), octets);
        Key("10.1.2.3").Write(octets);
        Assert.Equal(IPAddress.Parse("::ffff:10.1.2.3").GetAddressBytes(), octets);
    }

    private static IpAddressKey Key(string address) => TestAddresses.Key(address);
}
