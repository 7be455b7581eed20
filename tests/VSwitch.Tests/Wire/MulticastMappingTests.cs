using VSwitch.Identifiers;
using VSwitch.Wire;
using static VSwitch.Tests.TestAddresses;

namespace VSwitch.Tests.Wire;

public class MulticastMappingTests
{
    [Theory]
    [InlineData("224.0.0.1", "01:00:5e:00:00:01")]
    [InlineData("239.255.255.250", "01:00:5e:7f:ff:fa")] // the ninth bit from above is lost
    [InlineData("224.127.255.250", "01:00:5e:7f:ff:fa")]
    [InlineData("255.255.255.255", "ff:ff:ff:ff:ff:ff")]
    [InlineData("ff02::1", "33:33:00:00:00:01")]
    [InlineData("ff02::1:ff12:3456", "33:33:ff:12:34:56")]
    [InlineData("10.0.0.1", "00:00:00:00:00:00")]
    [InlineData("fd00::1", "00:00:00:00:00:00")]
    [InlineData("::", "00:00:00:00:00:00")]
    public void Of_Group_IsAsInRfc1112AndRfc2464(string group, string mac) => Assert.Equal(MacAddress.Parse(mac), MulticastMapping.Of(Key(group)));

    [Fact]
    public void SolicitedNode_TakesTheLower24Bits()
    {
        // The example of RFC 4291, section 2.7.1.
        IpAddressKey group = MulticastMapping.SolicitedNode(Key("4037::01:800:200e:8c6c"));
        Assert.Equal(Key("ff02::1:ff0e:8c6c"), group);
        Assert.True(MulticastMapping.IsSolicitedNode(group));
        Assert.False(MulticastMapping.IsSolicitedNode(Key("ff02::1")));
        Assert.False(MulticastMapping.IsSolicitedNode(Key("ff02::2:ff0e:8c6c")));
        Assert.False(MulticastMapping.IsSolicitedNode(Key("ff05::1:ff0e:8c6c")));
    }
}
