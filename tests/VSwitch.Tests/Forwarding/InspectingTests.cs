using VSwitch.Filtering;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Tracing;
using VSwitch.Vlans;

namespace VSwitch.Tests.Forwarding;

public class InspectingTests
{
    [Fact]
    public void Uptime_AfterAWhile_IsThatWhile()
    {
        var net = new TestSwitch(options: new SwitchOptions { Name = "lab" });
        Assert.Equal(TimeSpan.Zero, net.Switch.Uptime);
        net.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(90, net.Switch.Uptime.TotalSeconds, 0.01);
        Assert.Equal("lab", net.Switch.Name);
    }

    [Fact]
    public void TraceSessions_UntilTheyEnd_AreCounted()
    {
        var net = new TestSwitch(2);
        Assert.Equal(0, net.Switch.TraceSessions);
        TraceSession disposed = net.Switch.StartTrace(new TraceRequest { Count = 10 });
        using TraceSession full = net.Switch.StartTrace(new TraceRequest { Count = 1 });
        Assert.Equal(2, net.Switch.TraceSessions);
        net.Send(0, TestSwitch.Frame(0, 1).Build());
        Assert.Equal(1, net.Switch.TraceSessions);
        disposed.Dispose();
        Assert.Equal(0, net.Switch.TraceSessions);
    }

    [Fact]
    public void Mtu_OfPort_IsItsDevices() => Assert.Equal(9000, new TestSwitch(1, mtu: 9000).Ports[0].Mtu);

    [Fact]
    public void GetVlans_WithoutAny_DefaultUntaggedAndTheRestTagged()
    {
        var net = new TestSwitch(2);
        net.PlugTun("10.0.0.1/24");
        net.Send(0, TestSwitch.Frame(0, 1).Build());
        net.Send(1, TestSwitch.Frame(1, 0).Vlan(20).Build());
        Assert.Equal(
            ["1 tagged= untagged=p0,p1,p2 pvid=p0,p1,p2 stations=3", "2-4094 tagged=p0,p1 untagged= pvid= stations=1"], // the two of them, and the TUN's own
            Rows(net));
        Assert.Empty(new TestSwitch(0).Switch.GetVlans());
    }

    [Fact]
    public void GetVlans_OfTrunkAndAccess_RowsOfEqualMembers()
    {
        var net = new TestSwitch(0);
        net.Plug(PortVlans.Access(new(10)));
        net.Plug(PortVlans.Trunk(VlanSet.Parse("10+20-29"), native: new(25)));
        net.SetLink(0, up: false);
        Assert.Equal(
            [
                "10 tagged=p1 untagged=p0 pvid=p0 stations=0",
                "20-24 tagged=p1 untagged= pvid= stations=0",
                "25 tagged= untagged=p1 pvid=p1 stations=0",
                "26-29 tagged=p1 untagged= pvid= stations=0",
            ],
            Rows(net));
    }

    [Fact]
    public void TryAddStation_OfPort_StaysUntilRemoved()
    {
        var net = new TestSwitch(2);
        var station = new StationKey(VlanId.Default, TestSwitch.Mac(7));
        Assert.True(net.Switch.TryAddStation(station, net.Ports[1]));
        net.Wait(400);
        FilteringEntry entry = Assert.Single(net.Switch.GetStations());
        Assert.Equal((FilteringEntryKind.Static, net.Ports[1].Id), (entry.Kind, entry.Port));
        Assert.True(net.Switch.RemoveStation(station));
        Assert.False(net.Switch.RemoveStation(station));
    }

    [Fact]
    public void TryAddStation_ThatCannotBe_IsRefused()
    {
        var net = new TestSwitch(2);
        int tun = net.PlugTun("10.0.0.1/24");
        SwitchPort port = net.Ports[1];
        var good = new StationKey(VlanId.Default, TestSwitch.Mac(7));
        Assert.Throws<ArgumentException>(() => net.Switch.TryAddStation(new(VlanId.Default, MacAddress.Broadcast), port));
        Assert.Throws<ArgumentException>(() => net.Switch.TryAddStation(new(VlanId.Reserved, good.Mac), port));
        Assert.Throws<ArgumentException>(() => net.Switch.TryAddStation(new(VlanId.Default, net.MacOf(tun)), port));
        Assert.Throws<ArgumentException>(() => net.Switch.RemoveStation(new(VlanId.Default, net.Switch.HardwareAddress)));
        net.Switch.RemovePort(port);
        Assert.Throws<ArgumentException>(() => net.Switch.TryAddStation(good, port));
        Assert.DoesNotContain(net.Switch.GetStations(), s => s.Mac == good.Mac);
    }

    private static IEnumerable<string> Rows(TestSwitch net) => net.Switch.GetVlans().Select(
        v => $"{v} tagged={Names(v.Tagged)} untagged={Names(v.Untagged)} pvid={Names(v.PvidOf)} stations={v.Stations}");

    // A port is called after its end of the pipe.
    private static string Names(IReadOnlyList<string> ports) => string.Join(',', ports).Replace(".a", "", StringComparison.Ordinal);
}
