using System.Globalization;
using System.Text.Json;

namespace VSwitch.Integration.Tests.Command;

/// <summary>TUN ports, gateways and routes from a clean command line.</summary>
[Collection(Collections.Heavy)]
public class RunTunTests
{
    [Fact]
    public async Task Run_TapAndTunOfOneNetwork_ReachEachOther()
    {
        using VSwitchCommand command = new();
        using TestNamespace n1 = Prepared();
        using TestNamespace n2 = Prepared();
        LabProcess run = await command.Run(
            "--port", $"tap:a,netns={n1.Name},address=10.0.0.1/24", "--port", $"tun:b,netns={n2.Name},address=10.0.0.2/24");
        await Ping(n1, "10.0.0.2");
        await Ping(n2, "10.0.0.1");
        await End(run);
        Assert.Null(n1.TryLink("a"));
        Assert.Null(n2.TryLink("b"));
    }

    [Fact]
    public async Task Run_GatewaysAndRoute_RouteBetweenNetworks()
    {
        using VSwitchCommand command = new();
        using TestNamespace n1 = Prepared();
        using TestNamespace n2 = Prepared();
        LabProcess run = await command.Run(
            "--port", $"tap:a,netns={n1.Name},address=10.0.1.1/24,address=fd00:1::1/64",
            "--port", $"tun:b,netns={n2.Name},address=10.0.2.1/24,address=fd00:2::1/64",
            "--gateway", "10.0.1.254/24", "--gateway", "10.0.2.254/24", "--gateway", "fd00:1::fe/64", "--gateway", "fd00:2::fe/64",
            "--route", "10.9.0.0/16", "via", "10.0.2.1", "--route", "fd09::/16 via fd00:2::1",
            "--neighbor-guard", "--name", "lab");
        await Ip(n1, "route", "add", "default", "via", "10.0.1.254");
        await Ip(n1, "route", "add", "default", "via", "fd00:1::fe");
        await Ip(n2, "route", "add", "default", "dev", "b");
        await Ip(n2, "-6", "route", "add", "default", "dev", "b");
        await Ip(n2, "link", "set", "lo", "up");
        await Ip(n2, "address", "add", "10.9.9.9/32", "dev", "lo");
        await Ip(n2, "address", "add", "fd09::9/128", "dev", "lo");
        foreach (string address in new[] { "10.0.1.254", "10.0.2.1", "10.9.9.9", "fd00:1::fe", "fd00:2::1", "fd09::9" })
        {
            await Ping(n1, address);
        }

        await Ping(n2, "10.0.1.1");
        await Ping(n2, "fd00:1::1");
        await End(run);
    }

    [Fact]
    public async Task Run_TunPorts_CarryWhatTheyWereAskedToBe()
    {
        using VSwitchCommand command = new();
        using TestNamespace other = Prepared();
        LabProcess run = await command.Run(
            "--port", "tun:first,mac=02:00:00:00:00:11,mtu=9000,address=10.1.0.1/24,address=fd01::1/64,queues=2",
            "--port", $"tap:second,netns={other.Name},address=10.1.0.2/24",
            "--port", "tun:third,offload=off");
        Assert.Equal(9000, command.Home.Link("first").Mtu);
        Assert.True(command.Home.Link("first").IsMultiQueue);
        Assert.True(command.Home.Link("third") is { IsUp: true, IsMultiQueue: false, Mtu: 1500 });
        await Ping(other, "10.1.0.1");
        using LabProcess neighbor = LabProcess.Start(other, Programs.Ip, "neighbor", "show", "10.1.0.1");
        await neighbor.Exit();
        Assert.Contains("02:00:00:00:00:11", neighbor.Text, StringComparison.Ordinal);
        await End(run);
        Assert.Null(command.Home.TryLink("first"));
        Assert.Null(command.Home.TryLink("third"));
    }

    [Fact]
    [Trait("Fault", "47")]
    public async Task Run_TunDeleted_SaysSoAndBringsItBackWithItsMacAddress()
    {
        using VSwitchCommand command = new();
        using TestNamespace n1 = Prepared();
        using TestNamespace n2 = Prepared();
        LabProcess run = await command.Run(
            "--port", $"tap:a,netns={n1.Name},address=10.0.0.1/24", "--port", $"tun:b,netns={n2.Name},address=10.0.0.2/24,queues=2", "--workers", "2");
        await Ping(n1, "10.0.0.2");
        string before = await Neighbor(n1);
        n2.Do(route => route.Delete(route.GetLink("b")));
        await Bounded.Until(() => run.Errors.Any(l => l.Contains("is back", StringComparison.Ordinal)), "the TUN is back");
        await Ip(n1, "neighbor", "flush", "dev", "a");
        await Ping(n1, "10.0.0.2");
        Assert.Equal(before, await Neighbor(n1));
        await End(run);
    }

    [Fact]
    public async Task Run_StatsOfATun_CountPacketsAndDrops()
    {
        using VSwitchCommand command = new();
        using TestNamespace n1 = Prepared();
        using TestNamespace n2 = Prepared();
        LabProcess run = await command.Run(
            "--port", $"tap:a,netns={n1.Name},address=10.0.0.1/24", "--port", $"tun:b,netns={n2.Name},address=10.0.0.2/24", "--stats", "100ms", "--json");
        await Ping(n1, "10.0.0.2");
        string name = $"b@{n2.Name}";
        await run.Line(l => l.Contains("\"stats\"", StringComparison.Ordinal) && Port(l, name).GetProperty("txFrames").GetInt64() > 0, "the ping is counted");
        await End(run);
    }

    private static TestNamespace Prepared()
    {
        TestNamespace made = new();
        LabStation.Prepare(made); // addresses of IPv6 are usable at once
        return made;
    }

    private static JsonElement Port(string line, string name) =>
        JsonDocument.Parse(line).RootElement.GetProperty("ports").EnumerateArray().Single(p => p.GetProperty("name").GetString() == name);

    private static async Task Ping(TestNamespace from, string address)
    {
        using LabProcess ping = LabProcess.Start(from, Programs.Ping, "-n", "-c", "1", "-w", Bounded.Limit.TotalSeconds.ToString(CultureInfo.InvariantCulture), address);
        Assert.True(await ping.Exit(Bounded.Limit * 2) == 0, ping.Text);
    }

    private static async Task Ip(TestNamespace where, params string[] arguments)
    {
        using LabProcess ip = LabProcess.Start(where, Programs.Ip, arguments);
        Assert.True(await ip.Exit() == 0, ip.Text);
    }

    private static async Task<string> Neighbor(TestNamespace where)
    {
        using LabProcess ip = LabProcess.Start(where, Programs.Ip, "neighbor", "show", "10.0.0.2");
        await ip.Exit();
        return Assert.Single(ip.Output).Split(' ')[4]; // 10.0.0.2 dev a lladdr MAC STATE
    }

    private static async Task End(LabProcess run)
    {
        run.Signal(LabProcess.SigTerm);
        Assert.True(await run.Exit() == 0, run.Text);
    }
}
