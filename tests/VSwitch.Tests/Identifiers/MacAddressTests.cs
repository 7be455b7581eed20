using VSwitch.Identifiers;

namespace VSwitch.Tests.Identifiers;

public sealed class MacAddressTests
{
    [Fact]
    public void Parse_WhatToStringWrote_IsTheSame()
    {
        var mac = new MacAddress(0x0123_4567_89AB);
        Assert.Equal("01:23:45:67:89:ab", mac.ToString());
        Assert.Equal(mac, MacAddress.Parse(mac.ToString()));
        Assert.Equal(mac, MacAddress.Parse("01-23-45-67-89-AB"));
    }

    [Theory]
    [Trait("Fault", "73")]
    [InlineData("")]
    [InlineData("01:23:45:67:89")]
    [InlineData("01:23:45:67:89:ab:cd")]
    [InlineData("01:23:45:67:89:ag")]
    [InlineData("1:23:45:67:89:abc")]
    [InlineData("+1:23:45:67:89:ab")]
    [InlineData(" 1:23:45:67:89:ab")]
    [InlineData("01.23.45.67.89.ab")]
    public void TryParse_AnythingElse_IsFalse(string text) => Assert.False(MacAddress.TryParse(text, null, out _));

    [Fact]
    public void Read_WhatWriteWrote_IsTheSame()
    {
        var octets = new byte[8];
        var mac = new MacAddress(0xFEDC_BA98_7654);
        mac.Write(octets);
        Assert.Equal<byte>([0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0, 0], octets);
        Assert.Equal(mac, MacAddress.Read(octets));
    }

    [Theory]
    [InlineData("02:00:00:00:00:01", false, true, true)]
    [InlineData("00:1b:21:00:00:01", false, false, true)]
    [InlineData("01:00:5e:00:00:01", true, false, false)]
    [InlineData("ff:ff:ff:ff:ff:ff", true, true, false)]
    [InlineData("00:00:00:00:00:00", false, false, false)]
    public void Bits_AreTheStandards(string text, bool group, bool local, bool station)
    {
        MacAddress mac = MacAddress.Parse(text);
        Assert.Equal((group, local, station), (mac.IsGroup, mac.IsLocallyAdministered, mac.IsStation));
    }
}
