
namespace VSwitch.Integration.Tests.Command;

/// <summary>VLANs, mirrors and guards that can't be meant: one line with cause and cure, exit 2, nothing half-made.</summary>
[Trait("Fault", "53")]
public class BadBridgeTests
{
    [Theory]
    [InlineData("--vlan '0': '0' is not a VLAN from 1 to 4094: write VID,limit=N", "--vlan", "0")]
    [InlineData("--vlan '10': VLAN 10 is there twice: say all of it at once", "--vlan", "10,limit=1", "--vlan", "10")]
    [InlineData(
        "--vlan '10,limit=1:shutdown': limit '1:shutdown' is not a number from 0 to 1048576, with :drop or :flood behind it if you like",
        "--vlan", "10,limit=1:shutdown")]
    [InlineData("--vlan '10': nothing is said of VLAN 10: write limit=N, or learning=off", "--vlan", "10")]
    [InlineData("--vlan '10,learning=no': learning is on or off, not 'no'", "--vlan", "10,learning=no")]
    [InlineData("--vlan '10,colour=red': unknown key 'colour': the keys are limit, learning", "--vlan", "10,colour=red")]
    [InlineData(
        "--vlan 101,limit: stations of private VLAN 100 are counted together: write --vlan 100,limit=N",
        "--private-vlan", "100,isolated=101", "--vlan", "101,limit=5")]
    public async Task Vlan_ThatCannotBe_IsRefused(string problem, params string[] arguments) => await AssertRefused(problem, arguments);

    [Theory]
    [InlineData("--private-vlan '4095,isolated=1': '4095' is not a VLAN from 1 to 4094: write PRIMARY,isolated=VID", "--private-vlan", "4095,isolated=1")]
    [InlineData("--private-vlan '100,isolated=x': isolated 'x' is not a VLAN from 1 to 4094", "--private-vlan", "100,isolated=x")]
    [InlineData("--private-vlan '100,community=1-': community '1-' is no list of VLANs from 1 to 4094, such as 102+103", "--private-vlan", "100,community=1-")]
    [InlineData(
        "--private-vlan '100': it has neither isolated hosts nor communities: add isolated=VID or community=VID",
        "--private-vlan", "100")]
    [InlineData("--private-vlan '100,isolated=100': VLAN 100 is in private VLAN 100 already: choose another", "--private-vlan", "100,isolated=100")]
    [InlineData(
        "--private-vlan '200,community=101+201': VLAN 101 is in private VLAN 100 already: choose another",
        "--private-vlan", "100,isolated=101", "--private-vlan", "200,community=101+201")]
    public async Task PrivateVlan_ThatCannotBe_IsRefused(string problem, params string[] arguments) => await AssertRefused(problem, arguments);

    [Theory]
    [InlineData("--mirror 'from=good': it is shown nowhere: add to=PORT or to-vlan=VID", "--mirror", "from=good")]
    [InlineData(
        "--mirror 'to=good,to-vlan=9': it is shown at a port or in a VLAN: leave to or to-vlan away",
        "--mirror", "to=good,to-vlan=9")]
    [InlineData("--mirror 'good,to-vlan=9': 'good' is not key=value: write to=PORT", "--mirror", "good,to-vlan=9")]
    [InlineData("--mirror 'to-vlan=4095': to-vlan '4095' is not a VLAN from 1 to 4094", "--mirror", "to-vlan=4095")]
    [InlineData("--mirror 'to-vlan=9,direction=up': direction is in, out or both, not 'up'", "--mirror", "to-vlan=9,direction=up")]
    [InlineData("--mirror 'to-vlan=9,from=a++b': from 'a++b' is no list of ports, such as a+b or all", "--mirror", "to-vlan=9,from=a++b")]
    [InlineData("--mirror 'to=nobody': there is no port 'nobody': the ports are good", "--mirror", "to=nobody")]
    [InlineData("--mirror 'from=nobody,to=good': there is no port 'nobody': the ports are good", "--mirror", "from=nobody,to=good")]
    [InlineData("--mirror 'from=good,to=good': port good can't be shown at itself: choose another port to show it", "--mirror", "from=good,to=good")]
    [InlineData(
        "--mirror 'from=t,to=good': port t is a tun, without Ethernet frames to be shown: choose a tap",
        "--port", "tun:t", "--mirror", "from=t,to=good")]
    [InlineData(
        "--mirror 'from=good,to=e': several ports are called 'e': write one of e@n, e@m",
        "--port", "tap:e,netns=n", "--port", "tap:e,netns=m", "--mirror", "from=good,to=e")]
    [InlineData("port a: mirror-to: there is no port 'nobody': the ports are good, a", "--port", "tap:a,mirror-to=nobody")]
    [InlineData("port a: mirror-to: port a can't be shown at itself: choose another port to show it", "--port", "tap:a,mirror-to=a")]
    [InlineData(
        "port a: mirror-to: port t is a tun, without Ethernet frames to be shown: choose a tap",
        "--port", "tap:a,mirror-to=t", "--port", "tun:t")]
    public async Task Mirror_ThatCannotBe_IsRefused(string problem, params string[] arguments) => await AssertRefused(problem, arguments);

    [Theory]
    [InlineData("--loop-guard 'stp': unknown method 'stp': the methods are probe and moves", "--loop-guard", "stp")]
    [InlineData("--loop-guard 'probe,interval=49ms': interval '49ms' is not a time from 50ms to 10s", "--loop-guard", "probe,interval=49ms")]
    [InlineData("--loop-guard 'probe,interval=11s': interval '11s' is not a time from 50ms to 10s", "--loop-guard", "probe,interval=11s")]
    [InlineData("--loop-guard 'heal=0s': heal '0s' is not a time from 100ms to 1h", "--loop-guard", "heal=0s")]
    [InlineData("--loop-guard 'moves,moves=1': moves '1' is not a number from 2 to 1000000", "--loop-guard", "moves,moves=1")]
    [InlineData("--loop-guard 'moves,interval=1s': unknown key 'interval': the keys are moves, heal", "--loop-guard", "moves,interval=1s")]
    [InlineData("--loop-guard 'probe,heal': 'heal' is not key=value", "--loop-guard", "probe,heal")]
    [InlineData("--flap 'moves=1': moves '1' is not a number from 2 to 1000", "--flap", "moves=1")]
    [InlineData("--flap 'window=0s': window '0s' is not a time from 100ms to 1h", "--flap", "window=0s")]
    [InlineData("--flap 'hold=25h': hold '25h' is not a time from 0s to 24h", "--flap", "hold=25h")]
    [InlineData("--flap '5': '5' is not key=value: write moves=5,window=10s,hold=30s", "--flap", "5")]
    public async Task Guard_OutOfRange_IsRefused(string problem, params string[] arguments) => await AssertRefused(problem, arguments);

    [Theory]
    [InlineData("a wire has two ends, and here are 1 ports: give it two --port")]
    [InlineData("a wire has two ends, and here are 3 ports: give it two --port", "--port", "tap:a", "--port", "tap:b")]
    [InlineData("port t is a tun, and a wire carries Ethernet frames: make it a tap", "--port", "tun:t")]
    [InlineData("a wire passes everything: port a can't have VLANs or policies", "--port", "tap:a,access=10")]
    [InlineData("a wire passes everything: port a can't have VLANs or policies", "--port", "tap:a,mirror-to=good")]
    [InlineData("a wire passes everything: leave --loop-guard away", "--port", "tap:a", "--loop-guard")]
    [InlineData("a wire passes everything: leave --mirror away", "--port", "tap:a", "--mirror", "to-vlan=9")]
    [InlineData("a wire does not route: leave --gateway and --route away", "--port", "tap:a", "--gateway", "10.0.0.254/24")]
    public async Task Wire_ThatIsMoreThanAWire_IsRefused(string problem, params string[] arguments) =>
        await AssertRefused($"--wire: {problem}", ["--wire", .. arguments]);

    [Theory]
    [InlineData(
        "port b: station 02:00:00:00:00:01@10 is at port a already: a station is at one port",
        "--port", "tap:a,access=10,station=02:00:00:00:00:01", "--port", "tap:b,trunk=10,station=02:00:00:00:00:01@10")]
    [InlineData(
        "port a: station 02:00:00:00:00:01@1 is there twice: a station is at one port",
        "--port", "tap:a,station=02:00:00:00:00:01,station=02:00:00:00:00:01@1")]
    [InlineData(
        "port b: station 02:00:00:00:00:01@100 is at port a already: a station is at one port",
        "--private-vlan", "100,isolated=101", "--port", "tap:a,access=101,station=02:00:00:00:00:01", "--port", "tap:b,access=100,station=02:00:00:00:00:01")]
    [InlineData(
        "port 'tun:t,access=10': access is about Ethernet frames, and a tun has bare packets: leave it away, or make the port a tap",
        "--port", "tun:t,access=10")]
    [InlineData("port 'tap:a,trunk=10,native=4095': native '4095' is not a VLAN from 1 to 4094", "--port", "tap:a,trunk=10,native=4095")]
    public async Task Ports_ThatContradictEachOther_AreRefused(string problem, params string[] arguments) => await AssertRefused(problem, arguments);

    [Fact]
    public async Task SeveralProblems_OneLineEach()
    {
        using VSwitchCommand command = new(rootless: true);
        LabProcess run = await command.Finish(
            "run", "--port", "tap:a,access=10,trunk=20", "--port", "tun:b,access=10", "--loop-guard", "stp", "--flap", "moves=1", "--private-vlan", "0", "--workers", "0");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(6, run.Errors.Count);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Help_NamesEveryKey()
    {
        using VSwitchCommand command = new(rootless: true);
        LabProcess help = await command.Finish("run", "--help");
        Assert.Equal(0, help.ExitCode);
        foreach (string key in new[] { "netns=NS", "access=VID", "native-tagged[=on|off]", "acl-in=FILE", "--loop-guard", "--private-vlan", "--wire" })
        {
            Assert.Contains(key, help.Text, StringComparison.Ordinal);
        }
    }

    private static async Task AssertRefused(string problem, params string[] arguments)
    {
        using VSwitchCommand command = new(rootless: true); // refused before anything is made
        LabProcess run = await command.Finish(["run", "--port", "tap:good", .. arguments]);
        Assert.True(run.ExitCode == 2, run.Text);
        Assert.Empty(run.Output);
        Assert.Equal($"vswitch: {problem}", Assert.Single(run.Errors));
    }
}
