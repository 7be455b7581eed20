using System.Net;
using VSwitch.Identifiers;
using VSwitch.Routing;

namespace VSwitch.Tests.Routing;

public class RouteTableTests
{
    [Fact]
    public void Find_LongestPrefix_GivesItsRouter()
    {
        var table = new RouteTable();
        var standard = new Route(IpPrefix.Parse("0.0.0.0/0"), IPAddress.Parse("10.0.0.254"));
        var link = new Route(IpPrefix.Parse("10.0.0.0/24"), null);
        var six = new Route(IpPrefix.Parse("fd00::/64"), IPAddress.Parse("fe80::1"));
        Assert.True(table.Add(standard) && table.Add(link) && table.Add(six));
        Assert.Same(standard, table.Find(IPAddress.Parse("192.0.2.1")));
        Assert.Same(link, table.Find(IPAddress.Parse("10.0.0.7")));
        Assert.Same(six, table.Find(IPAddress.Parse("fd00::7")));
        Assert.Null(table.Find(IPAddress.Parse("fd01::7")));
        Assert.Equal(TestAddresses.Key("10.0.0.254"), table.Find(TestAddresses.Key("192.0.2.1"))!.ViaKey);
        Assert.Equal(default, link.ViaKey);
        Assert.Equal(TestAddresses.Key("fe80::1"), six.ViaKey);
        Assert.Equal(3, table.Count);
        Assert.Equal(3, table.Snapshot().Count);
    }

    [Fact]
    public void Add_PrefixWithARoute_KeepsIt_SetReplacesIt()
    {
        var table = new RouteTable();
        var first = new Route(IpPrefix.Parse("10.0.0.0/24"), null);
        var second = new Route(IpPrefix.Parse("10.0.0.9/24"), IPAddress.Parse("10.9.9.9"));
        Assert.True(table.Add(first));
        Assert.False(table.Add(second));
        Assert.Same(first, table.Find(IPAddress.Parse("10.0.0.1")));
        table.Set(second);
        Assert.Same(second, table.Find(IPAddress.Parse("10.0.0.1")));
        Assert.True(table.Remove(first.Prefix));
        Assert.False(table.Remove(first.Prefix));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void WithVia_NewRouter_KeyFollows()
    {
        var route = new Route(IpPrefix.Parse("10.0.0.0/24"), IPAddress.Parse("10.9.9.9"));
        Assert.Equal(TestAddresses.Key("10.9.9.8"), (route with { Via = IPAddress.Parse("10.9.9.8") }).ViaKey);
    }
}
