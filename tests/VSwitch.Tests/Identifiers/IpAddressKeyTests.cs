using System.Net;
using VSwitch.Identifiers;

namespace VSwitch.Tests.Identifiers;

public sealed class IpAddressKeyTests
{
    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1:ff00:1", false)]
    public void From_AnyAddress_GoesThereAndBack(string text, bool isIPv4)
    {
        var key = IpAddressKey.From(IPAddress.Parse(text));
        Assert.Equal(isIPv4, key.IsIPv4);
        Assert.Equal(IPAddress.Parse(text), key.ToIPAddress());
        Assert.Equal(text, key.ToString());
    }

    [Fact]
    public void From_IPv4_IsTheKeyOfThePacket()
    {
        var key = IpAddressKey.From(IPAddress.Parse("10.1.2.3"));
        Assert.Equal(IpAddressKey.FromIPv4(0x0A01_0203), key);
        Assert.Equal(0x0A01_0203u, key.IPv4);
    }

    [Fact]
    public void From_MappedAddress_IsNone() => Assert.Equal(IpAddressKey.None, IpAddressKey.From(IPAddress.Parse("::ffff:10.0.0.1")));

    [Fact]
    public void From_ZonedAddress_LeavesTheZoneOut() =>
        Assert.Equal(IpAddressKey.From(IPAddress.Parse("fe80::1")), IpAddressKey.From(IPAddress.Parse("fe80::1%3")));
}
