using System.Text.Json;
using VSwitch.Devices.Filters;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Command;

/// <summary>VLANs and policies from a clean command line, between namespaces.</summary>
[Collection(Collections.Heavy)]
public class RunVlanTests
{
    [Fact]
    public async Task Run_AccessPorts_ReachTheirVlanAndNoOther()
    {
        using VSwitchCommand command = new();
        using LabStation a = new(0);
        using LabStation b = new(1);
        using LabStation c = new(2);
        LabProcess run = await command.Run("--port", Port(a, "access=10"), "--port", Port(b, "access=10"), "--port", Port(c, "access=20"));
        await Usable(a, b, c);
        Assert.True(await Reaches(a, b));
        Assert.False(await Reaches(a, c));
        await End(run);
    }

    [Fact]
    public async Task Run_TrunkWithTranslation_CarriesTags()
    {
        const EtherType Experiment = (EtherType)0x88B5; // IEEE Std 802: local experimental
        using VSwitchCommand command = new();
        using LabStation host = new(0);
        using LabStation uplink = new(1);
        host.Silence();
        uplink.Silence();
        LabProcess run = await command.Run("--port", Bare(host, "access=10"), "--port", Bare(uplink, "trunk=10+20,translate=110:10"));
        using PacketSocket atHost = host.Packets();
        using PacketSocket atUplink = uplink.Packets();
        FrameBuilder Frame(LabStation from) => new FrameBuilder().From(from.Mac).To(MacAddress.Broadcast).Type(Experiment);

        atHost.Send(Frame(host).Build());
        Assert.Equal(Frame(host).Vlan(110).Build(), atUplink.TryReceive((int)Bounded.Limit.TotalMilliseconds));
        foreach (int vid in new[] { 10, 20, 110 })
        {
            atUplink.Send(Frame(uplink).Vlan(vid).Build());
        }

        Assert.Equal(Frame(uplink).Build(), atHost.TryReceive((int)Bounded.Limit.TotalMilliseconds));
        Assert.Null(atHost.TryReceive(200));
        await End(run);
    }

    [Fact]
    public async Task Run_IsolatedPorts_ReachOthersOnly()
    {
        using VSwitchCommand command = new();
        using LabStation a = new(0);
        using LabStation b = new(1);
        using LabStation c = new(2);
        LabProcess run = await command.Run("--port", Port(a, "isolated"), "--port", Port(b, "isolated=on"), "--port", Port(c, "isolated=off"));
        await Usable(a, b, c);
        Assert.True(await Reaches(a, c));
        Assert.True(await Reaches(b, c));
        Assert.False(await Reaches(a, b));
        await End(run);
    }

    [Fact]
    public async Task Run_PrivateVlan_KeepsIsolatedHostsApart()
    {
        using VSwitchCommand command = new();
        using LabStation a = new(0);
        using LabStation b = new(1);
        using LabStation c = new(2);
        LabProcess run = await command.Run(
            "--private-vlan", "100,isolated=101",
            "--port", Port(a, $"access=101,station={a.Mac}"), "--port", Port(b, "access=101"), "--port", Port(c, "access=100"));
        await Usable(a, b, c);
        Assert.True(await Reaches(a, c));
        Assert.True(await Reaches(c, b));
        Assert.False(await Reaches(a, b));
        await End(run);
    }

    [Fact]
    public async Task Run_AccessListThatDeniesIcmp_StopsPingAndPassesTcp()
    {
        Assert.SkipUnless(PcapFilter.IsAvailable, "no libpcap: install the package libpcap0.8");
        using VSwitchCommand command = new();
        using TemporaryFile list = new("# ping is for people\ndeny icmp\npermit\n");
        using LabStation a = new(0);
        using LabStation b = new(1);
        LabProcess run = await command.Run("--port", Port(a, $"acl-in={list.Path}"), "--port", Port(b));
        await Usable(a, b);
        Assert.False(await Reaches(a, b));
        await using TcpFlow flow = await TcpFlow.Start(a, b, limit: 1 << 20);
        await flow.Finish();
        await End(run);
    }

    [Fact]
    public async Task Run_Wire_CarriesEverything()
    {
        using VSwitchCommand command = new();
        using LabStation a = new(0);
        using LabStation b = new(1);
        LabProcess run = await command.Run("--port", Port(a), "--port", Port(b), "--wire");
        await Usable(a, b);
        Assert.True(await Reaches(a, b));
        await End(run);
    }

    [Fact]
    public async Task Run_MirrorAndGuards_PassWhatTheySee()
    {
        using VSwitchCommand command = new();
        using LabStation a = new(0);
        using LabStation b = new(1);
        LabProcess run = await command.Run(
            "--port", Port(a, $"mirror-to=span:in,police=1gbit,reserved=drop+lldp:pass"), "--port", Port(b, "storm=10kpps,limit=8,sticky"), "--port", "tap:span",
            "--loop-guard", "--flap", "hold=30s", "--vlan", "1,limit=100", "--mirror", $"from={LabStation.Tap}@{b.Namespace.Name},direction=out,to=span",
            "--stats", "100ms", "--json");
        await Usable(a, b);
        Assert.True(await Reaches(a, b));
        await run.Line(l => l.Contains("\"stats\"", StringComparison.Ordinal) && PortOf(l, "span").GetProperty("txFrames").GetInt64() > 4, "what is shown");
        await End(run);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_PortShutByItsLimit_IsShownAsBlocked(bool json)
    {
        using VSwitchCommand command = new();
        using LabStation a = new(0);
        using LabStation b = new(1);
        LabProcess run = await command.Run(
            ["--port", Port(a, "limit=0:shutdown"), "--port", Port(b), "--stats", "100ms", .. json ? ["--json"] : Array.Empty<string>()]);
        await Usable(a, b);
        Assert.False(await Reaches(a, b));
        await run.Line(l => json ? IsBlocked(l, $"{LabStation.Tap}@{a.Namespace.Name}", "stationLimit") : l.Contains("blocked (limit)", StringComparison.Ordinal), "it is blocked");
        await End(run, mayWarn: "it is shut until");
    }

    [Fact]
    public async Task Run_TwoPortsOnOneBridge_OneIsShownAsBlocked()
    {
        using VSwitchCommand command = new();
        LabProcess run = await command.Run("--port", "tap:one", "--port", "tap:two", "--loop-guard", "--stats", "100ms");
        await Ip(command, "link", "add", "br0", "type", "bridge");
        foreach (string tap in new[] { "one", "two" })
        {
            await Ip(command, "link", "set", tap, "master", "br0");
        }

        await Ip(command, "link", "set", "br0", "up");
        await run.Line(l => l.Contains("blocked (loop)", StringComparison.Ordinal), "one end of the loop is blocked");
        await End(run, mayWarn: "is connected with");
    }

    private static string Port(LabStation station, string keys = "learning") =>
        $"tap:{LabStation.Tap},netns={station.Namespace.Name},mac={station.Mac},address={station.IPv4}/24,address={station.IPv6}/64,{keys}";

    private static string Bare(LabStation station, string keys) => $"tap:{LabStation.Tap},netns={station.Namespace.Name},mac={station.Mac},{keys}";

    private static Task Usable(params LabStation[] stations) => Bounded.Until(() => stations.All(s => s.IsUsable()), "the addresses are usable");

    private static async Task<bool> Reaches(LabStation from, LabStation to)
    {
        using LabProcess ping = LabProcess.Start(from.Namespace, Programs.Ping, "-n", "-c", "3", "-i", "0.2", "-W", "1", to.IPv4.ToString());
        return await ping.Exit() == 0;
    }

    private static async Task Ip(VSwitchCommand command, params string[] arguments)
    {
        LabProcess ip = command.StartProgram(Programs.Ip, arguments);
        Assert.True(await ip.Exit() == 0, ip.Text);
    }

    private static bool IsBlocked(string line, string port, string why) => line.Contains("\"stats\"", StringComparison.Ordinal)
        && PortOf(line, port) is var sample && sample.GetProperty("state").GetString() == "blocked" && sample.GetProperty("block").GetString() == why;

    private static JsonElement PortOf(string line, string name) =>
        JsonDocument.Parse(line).RootElement.GetProperty("ports").EnumerateArray().Single(p => p.GetProperty("name").GetString() == name);

    /// <param name="run">A switch that runs.</param>
    /// <param name="mayWarn">What it may have said by then, once the second in which it does so is over.</param>
    private static async Task End(LabProcess run, string? mayWarn = null)
    {
        run.Signal(LabProcess.SigTerm);
        Assert.True(await run.Exit() == 0, run.Text);
        Assert.DoesNotContain(run.Errors, line => mayWarn is null || !line.Contains(mayWarn, StringComparison.Ordinal));
    }
}
