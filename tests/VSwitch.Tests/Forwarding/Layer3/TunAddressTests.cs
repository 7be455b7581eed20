using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>The MAC address of a TUN port, and what it must not collide with.</summary>
public sealed class TunAddressTests
{
    [Fact]
    public void MadeOfTheNames_IsTheSameEachTime()
    {
        Assert.Equal(MacOf("vswitch", "tun0"), MacOf("vswitch", "tun0"));
        Assert.NotEqual(MacOf("vswitch", "tun0"), MacOf("vswitch", "tun1"));
        Assert.NotEqual(MacOf("vswitch", "tun0"), MacOf("other", "tun0"));
        Assert.True(MacOf("vswitch", "tun0") is { IsStation: true, IsLocallyAdministered: true });
    }

    [Fact]
    public void OfTheSwitch_IsAnother()
    {
        var net = new TestSwitch(0);
        net.PlugTun();
        Assert.NotEqual(net.Switch.HardwareAddress, net.MacOf(0));
        Assert.Equal(new TestSwitch(0).Switch.HardwareAddress, net.Switch.HardwareAddress);
        Assert.NotEqual(new TestSwitch(0, new SwitchOptions { Name = "other" }).Switch.HardwareAddress, net.Switch.HardwareAddress);
    }

    [Fact]
    public void Given_IsHonoured()
    {
        var net = new TestSwitch(0);
        int tun = net.PlugTun(new PortOptions { HardwareAddress = MacAddress.Parse("02:00:5e:10:00:01") });
        Assert.Equal(MacAddress.Parse("02:00:5e:10:00:01"), net.MacOf(tun));
    }

    [Theory]
    [InlineData("01:00:5e:00:00:01")]
    [InlineData("00:00:00:00:00:00")]
    [InlineData("02:00:5e:10:00:01")] // taken
    public void Given_WhatNoStationOrAnotherHas_IsRefused(string mac)
    {
        var net = new TestSwitch(0);
        net.PlugTun(new PortOptions { HardwareAddress = MacAddress.Parse("02:00:5e:10:00:01") });
        Assert.Throws<ArgumentException>(() => net.PlugTun(new PortOptions { HardwareAddress = MacAddress.Parse(mac) }));
        Assert.Throws<ArgumentException>(() => net.PlugTun(new PortOptions { HardwareAddress = net.Switch.HardwareAddress }));
        Assert.Single(net.Switch.Ports);
    }

    [Theory]
    [InlineData("10.0.0.5/24")] // behind the other TUN
    [InlineData("10.0.0.254/8")] // a gateway
    [InlineData("224.0.0.1/24")]
    [InlineData("255.255.255.255/24")]
    [InlineData("ff02::1/64")]
    public void IpAddress_ThatIsTakenOrNoHosts_IsRefused(string address)
    {
        var net = new TestSwitch(0);
        net.PlugTun("10.0.0.5/24");
        net.Switch.AddGateway(IpPrefix.Parse("10.0.0.254/24"));
        Assert.Throws<ArgumentException>(() => net.PlugTun(address));
        Assert.Single(net.Switch.Ports);
        Assert.Equal(net.Ports[0].Id, net.Neighbor("10.0.0.5")!.Value.Port);
    }

    /// <summary>Else the route counted, and nothing from or to the port would pass.</summary>
    [Fact]
    public void Network_ThatIsBehindANextHop_IsRefused()
    {
        var net = new TestSwitch(0);
        net.Switch.AddRoute(IpPrefix.Parse("10.0.0.0/24"), System.Net.IPAddress.Parse("10.1.0.1"));
        Assert.Throws<ArgumentException>(() => net.PlugTun("10.0.0.5/24"));
        net.PlugTun("10.0.0.5/25"); // a part of it, which is longer
        Assert.Throws<ArgumentException>(() => net.Switch.AddRoute(IpPrefix.Parse("10.0.0.0/25"), System.Net.IPAddress.Parse("10.1.0.1")));
    }

    [Fact]
    public void Gateway_WithTheAddressOfAHostBehindATun_IsRefused()
    {
        var net = new TestSwitch(0);
        net.PlugTun("10.0.0.5/24");
        Assert.Throws<ArgumentException>(() => net.Switch.AddGateway(IpPrefix.Parse("10.0.0.5/16")));
        Assert.Empty(net.Switch.Gateways);
    }

    private static MacAddress MacOf(string name, string port)
    {
        var net = new TestSwitch(0, new SwitchOptions { Name = name });
        return net.MacOf(net.PlugTun(new PortOptions(), port));
    }
}
