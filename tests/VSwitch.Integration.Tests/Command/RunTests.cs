using System.Net.Sockets;
using System.Text.Json;

namespace VSwitch.Integration.Tests.Command;

[Collection(Collections.Heavy)]
public class RunTests
{
    [Theory]
    [InlineData(LabProcess.SigInt, false)]
    [InlineData(LabProcess.SigTerm, false)]
    [InlineData(LabProcess.SigTerm, true)]
    [Trait("Fault", "80")]
    public async Task Run_StoppedUnderLoad_EndsWithZeroAndLeavesNothing(int signal, bool busyPoll)
    {
        using VSwitchCommand command = new();
        using LabStation a = new(0);
        using LabStation b = new(1);
        LabProcess run = await command.Run(["--port", Port(a), "--port", Port(b), "--workers", "2", .. busyPoll ? (string[])["--busy-poll", "50us"] : []]);
        Assert.Equal(["ready"], run.Output);
        Assert.True(a.HasTap && b.HasTap);
        await Bounded.Until(() => a.IsUsable() && b.IsUsable(), "the addresses are usable");
        foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            using LabProcess ping = LabProcess.Start(a.Namespace, Programs.Ping, "-n", "-c", "2", "-i", "0.01", "-W", "10", b.Address(family).ToString());
            Assert.True(await ping.Exit() == 0, ping.Text);
        }

        await using TcpFlow flow = await TcpFlow.Start(a, b);
        await flow.Progress();
        run.Signal(signal);
        Assert.True(await run.Exit() == 0, run.Text);
        Assert.Empty(run.Errors);
        Assert.False(a.HasTap || b.HasTap);
    }

    [Fact]
    public async Task Run_PortsAtHome_CarryWhatTheyWereAskedToBe()
    {
        using VSwitchCommand command = new();
        LabProcess run = await command.Run(
            "--port", "tap:first,mac=02:00:00:00:00:11,mtu=9000,address=10.1.0.1/24,address=fd01::1/64,queues=2",
            "--port", "tap:second,offload=off",
            "--fdb-size", "16", "--ageing", "5m", "--log-level", "Warning");
        Assert.Equal(9000, command.Home.Link("first").Mtu);
        Assert.Equal("02:00:00:00:00:11", command.Home.Link("first").HardwareAddress.ToString());
        Assert.True(command.Home.Link("first").IsMultiQueue);
        Assert.True(command.Home.Link("second") is { IsUp: true, HasCarrier: true, IsMultiQueue: false });
        run.Signal(LabProcess.SigTerm);
        Assert.Equal(0, await run.Exit());
        Assert.Null(command.Home.TryLink("first"));
        Assert.Null(command.Home.TryLink("second"));
    }

    [Fact]
    [Trait("Fault", "47")]
    [Trait("Fault", "48")]
    public async Task Run_TapAndNamespaceDeleted_SaysSoAndBringsThemBack()
    {
        using VSwitchCommand command = new();
        using LabStation a = new(0);
        using LabStation b = new(1);
        LabProcess run = await command.Run("--port", Port(a), "--port", Port(b));
        a.DeleteTap();
        await Bounded.Until(() => run.Errors.Any(l => l.Contains("is back", StringComparison.Ordinal)), "the TAP is back");
        b.DeleteNamespace();
        await Bounded.Until(() => run.Errors.Count(l => l.Contains("is gone", StringComparison.Ordinal)) == 2, "the namespace is gone");
        b.RemakeNamespace();
        await Bounded.Until(() => run.Errors.Count(l => l.Contains("is back", StringComparison.Ordinal)) == 2, "the namespace is back");
        await Bounded.Until(() => a.IsUsable() && b.IsUsable(), "the addresses are usable");
        await using TcpFlow flow = await TcpFlow.Start(a, b, limit: 1 << 20);
        await flow.Finish();
        Assert.All(run.Errors, l => Assert.StartsWith("vswitch: ", l, StringComparison.Ordinal));
        run.Signal(LabProcess.SigInt);
        Assert.Equal(0, await run.Exit());
    }

    [Fact]
    public async Task Run_Stats_TableOfPortsAgainAndAgain()
    {
        using VSwitchCommand command = new();
        LabProcess run = await command.Run("--port", "tap:one", "--port", "tap:two", "--stats", "200ms");
        await run.Line(l => l.StartsWith("port ", StringComparison.Ordinal), "a heading");
        await Bounded.Until(() => run.Output.Count(l => l.StartsWith("stations ", StringComparison.Ordinal)) >= 3, "three tables");
        run.Signal(LabProcess.SigInt);
        Assert.Equal(0, await run.Exit());
        Assert.Equal("ready", run.Output[0]);
        string[] first = [.. run.Output.Skip(1).TakeWhile(l => l.Length > 0)];
        Assert.Equal(["port", "state", "rx"], first[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..3]);
        Assert.Equal(["one", "up"], first[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]);
        Assert.Equal(["two", "up"], first[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]);
        Assert.DoesNotContain(run.Output, l => l.Contains('\e'));
    }

    [Fact]
    [Trait("Fault", "66")]
    public async Task Run_Json_EveryLineIsAnObject()
    {
        using VSwitchCommand command = new();
        LabProcess run = await command.Run("--port", "tap:one,address=10.1.0.1/24", "--port", "tap:two", "--stats", "200ms", "--json");
        await Bounded.Until(() => run.Output.Count >= 4, "three samples");
        command.Home.Do(route => route.SetUp(route.GetLink("two"), false));
        await run.Line(l => l.Contains("\"state\":\"down\"", StringComparison.Ordinal), "a port is down");
        run.Signal(LabProcess.SigTerm);
        Assert.Equal(0, await run.Exit());

        List<JsonElement> lines = [.. run.Output.Select(l => JsonDocument.Parse(l).RootElement)];
        Assert.Equal("ready", lines[0].GetProperty("event").GetString());
        foreach (JsonElement sample in lines.Skip(1))
        {
            Assert.Equal("stats", sample.GetProperty("event").GetString());
            Assert.True(sample.GetProperty("interval").GetDouble() > 0);
            Assert.Equal(["one", "two"], sample.GetProperty("ports").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
            Assert.All(sample.GetProperty("ports").EnumerateArray(), p => Assert.True(p.GetProperty("rxFrames").GetInt64() >= 0 && p.TryGetProperty("kernelDrops", out _)));
        }
    }

    private static string Port(LabStation station) =>
        $"tap:{LabStation.Tap},netns={station.Namespace.Name},mac={station.Mac},address={station.IPv4}/24,address={station.IPv6}/64";
}
