using VSwitch.Identifiers;

namespace VSwitch.Tests.Identifiers;

public class IpPrefixTests
{
    [Theory]
    [InlineData("10.1.2.3/16", "10.1.255.255", true)]
    [InlineData("10.1.2.3/16", "10.2.0.0", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("0.0.0.0/0", "fd00::1", false)]
    [InlineData("::/0", "10.0.0.1", false)]
    [InlineData("::/0", "ffff::", true)]
    [InlineData("10.0.0.1/32", "10.0.0.1", true)]
    [InlineData("10.0.0.1/32", "10.0.0.0", false)]
    [InlineData("fd00::1:0/127", "fd00::1:1", true)]
    [InlineData("fd00::1:0/127", "fd00::1:2", false)]
    [InlineData("fd00:0:0:1::/64", "fd00:0:0:1:ffff::", true)]
    [InlineData("fd00:0:0:1::/64", "fd00::", false)]
    [InlineData("fd00:0:0:1::/65", "fd00:0:0:1:8000::", false)]
    [InlineData("fd00:0:0:1::/63", "fd00::", true)]
    public void Contains_BitsOfThePrefix(string prefix, string address, bool expected) =>
        Assert.Equal(expected, IpPrefix.Parse(prefix).Contains(TestAddresses.Key(address)));

    [Fact]
    public void Key_HostBits_AreZero()
    {
        Assert.Equal((TestAddresses.Key("10.1.0.0"), 112), (IpPrefix.Parse("10.1.2.3/16").Key, IpPrefix.Parse("10.1.2.3/16").KeyLength));
        Assert.Equal((TestAddresses.Key("fd00::"), 16), (IpPrefix.Parse("fd00::1/16").Key, IpPrefix.Parse("fd00::1/16").KeyLength));
        Assert.Equal((TestAddresses.Key("0.0.0.0"), 96), (default(IpPrefix).Key, default(IpPrefix).KeyLength));
        Assert.Equal("10.1.0.0/16", IpPrefix.OfKey(TestAddresses.Key("10.1.0.0"), 16, isIPv6: false).ToString());
        Assert.Equal("fd00::/16", IpPrefix.OfKey(TestAddresses.Key("fd00::"), 16, isIPv6: true).ToString());
    }
}
