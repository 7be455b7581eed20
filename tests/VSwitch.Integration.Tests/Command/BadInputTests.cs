using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;

namespace VSwitch.Integration.Tests.Command;

/// <summary>Bad input: one line with cause and cure, exit 2, nothing half-made.</summary>
[Trait("Fault", "53")]
public class BadInputTests
{
    private const string Good = "tap:good";

    [Theory]
    [InlineData("tap:0123456789abcdef", "longer than the 15 octets", "shorten")]
    [InlineData("tap:a/b", "slash", "choose another")]
    [InlineData("tap:a b", "white space", "choose another")]
    [InlineData("tap:..", "name", "choose another")]
    [InlineData("tap:%d", "percent", "choose another")]
    [InlineData("tap:", "name is missing", "write tap:NAME")]
    [InlineData("tap", "kind and name are missing", "write tap:NAME")]
    [InlineData("tun:", "name is missing", "write tun:NAME")]
    [InlineData("tun:0123456789abcdef", "longer than the 15 octets", "shorten")]
    [InlineData("tun:t0,colour=red", "unknown key 'colour'", "the keys are")]
    [InlineData("tun:t0,mtu=67", "mtu '67'", "68 to 65521")]
    [InlineData("tun:t0,mac=01:00:5e:00:00:01", "not a station's address", "such as 02:")]
    [InlineData("tun:t0,queues=0", "queues '0'", "1 to 256")]
    [InlineData("tun:t0,netns=no-such-namespace", "No such file or directory", "ip netns add no-such-namespace")]
    [InlineData("tun:t0,address=10.0.0.0/24", "'10.0.0.0/24' is not an address", "such as 10.0.0.1/24")]
    [InlineData("tap:t0,address=10.0.0.255/24", "'10.0.0.255/24' is not an address", "such as 10.0.0.1/24")]
    [InlineData("tun:t0,address=127.0.0.1/8", "'127.0.0.1/8' is not an address", "such as 10.0.0.1/24")]
    [InlineData("tun:t0,address=::1/128", "'::1/128' is not an address", "such as 10.0.0.1/24")]
    [InlineData("tun:good", "good is there twice", "name of its own")]
    [InlineData("veth:t0", "unknown kind 'veth'", "the kinds are")]
    [InlineData("tap:t0,trusted=no", "trusted is on or off", "not 'no'")]
    [InlineData("tap:t0,colour=red", "unknown key 'colour'", "the keys are")]
    [InlineData("tap:t0,mtu", "'mtu' is not key=value", "key=value")]
    [InlineData("tap:t0,mtu=67", "mtu '67'", "68 to 65521")]
    [InlineData("tap:t0,mtu=65522", "mtu '65522'", "68 to 65521")]
    [InlineData("tap:t0,mtu=much", "mtu 'much'", "68 to 65521")]
    [InlineData("tap:t0,mtu=1500,mtu=1500", "mtu is there twice", "twice")]
    [InlineData("tap:t0,mac=01:00:5e:00:00:01", "not a station's address", "such as 02:")]
    [InlineData("tap:t0,mac=nonsense", "not a station's address", "such as 02:")]
    [InlineData("tap:t0,address=10.0.0.1/33", "'10.0.0.1/33' is not an address", "such as 10.0.0.1/24")]
    [InlineData("tap:t0,address=nowhere", "'nowhere' is not an address", "such as 10.0.0.1/24")]
    [InlineData("tap:t0,address=010.0.0.1/24", "'010.0.0.1/24' is not an address", "such as 10.0.0.1/24")]
    [InlineData("tap:t0,address=10.0.0.1", "'10.0.0.1' is not an address", "such as 10.0.0.1/24")]
    [InlineData("tap:t0,address=224.0.0.1/24", "'224.0.0.1/24' is not an address", "such as 10.0.0.1/24")]
    [InlineData("tap:t0,queues=0", "queues '0'", "1 to 256")]
    [InlineData("tap:t0,queues=257", "queues '257'", "1 to 256")]
    [InlineData("tap:t0,offload=maybe", "not 'maybe'", "on or off")]
    [InlineData("tap:t0,netns=", "netns is the name of a namespace", "ip netns")]
    [InlineData("tap:t0,netns=no-such-namespace", "No such file or directory", "ip netns add no-such-namespace")]
    [InlineData(Good, "good is there twice", "name of its own")]
    public async Task Port_ThatCannotBe_IsRefusedInOneLineAndNothingIsLeft(string port, string cause, string cure)
    {
        using VSwitchCommand command = new();
        LabProcess run = await command.Finish("run", "--port", Good, "--port", port);
        AssertRefused(run, cause, cure);
        Assert.Null(command.Home.TryLink("good"));
        Assert.Null(command.Home.TryLink("t0"));
    }

    [Theory]
    [InlineData("--workers", "0", "1 to 256")]
    [InlineData("--workers", "257", "1 to 256")]
    [InlineData("--workers", "many", "1 to 256")]
    [InlineData("--busy-poll", "0us", "1us to 10ms")]
    [InlineData("--busy-poll", "11ms", "1us to 10ms")]
    [InlineData("--busy-poll", "always", "1us to 10ms")]
    [InlineData("--fdb-size", "large", "1 to 1048576")]
    [InlineData("--log-level", "chatty", "Trace, Debug")]
    [InlineData("--log-level", "3", "Trace, Debug")]
    [InlineData("--fdb-size", "0", "1 to 1048576")]
    [InlineData("--fdb-size", "1048577", "1 to 1048576")]
    [InlineData("--ageing", "0s", "1s to 1000000s")]
    [InlineData("--ageing", "soon", "1s to 1000000s")]
    [InlineData("--stats", "99ms", "from 100ms to 24h")]
    [InlineData("--stats", "often", "from 100ms to 24h")]
    public async Task Option_OutOfRange_IsRefusedInOneLineAndNothingIsLeft(string option, string value, string cure)
    {
        using VSwitchCommand command = new();
        LabProcess run = await command.Finish("run", "--port", Good, option, value);
        AssertRefused(run, option, cure);
        Assert.Null(command.Home.TryLink("good"));
    }

    [Theory]
    [InlineData("try: vswitch run --help", "run")]
    [InlineData("try: vswitch run --help", "run", "--port")]
    [InlineData("try: vswitch run --help", "run", "--port", Good, "--no-such-option")]
    [InlineData("try: vswitch --help")]
    [InlineData("try: vswitch demo --help", "demo", "--no-such-option")]
    [InlineData("1 to 60", "demo", "--seconds", "0")]
    [InlineData("1 to 60", "demo", "--seconds", "61")]
    [InlineData("1 to 60", "demo", "--seconds", "long")]
    public async Task CommandLine_ThatIsNone_IsRefusedInOneLine(string cure, params string[] arguments)
    {
        using VSwitchCommand command = new(rootless: true);
        AssertRefused(await command.Finish(arguments), "", cure);
    }

    [Fact]
    public async Task Ports_SeveralProblems_OneLineEach()
    {
        using VSwitchCommand command = new(rootless: true);
        LabProcess run = await command.Finish("run", "--port", "tap:t0,mtu=1,queues=0", "--port", "veth:t1", "--workers", "0");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(4, run.Errors.Count);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Name_OfTapThatAnotherProcessHolds_IsRefused()
    {
        using VSwitchCommand command = new();
        await command.Run("--port", "tap:taken");
        LabProcess run = await command.Finish("run", "--port", Good, "--port", "tap:taken");
        AssertRefused(run, "taken: TUNSETIFF", "busy");
        Assert.Null(command.Home.TryLink("good"));
        Assert.NotNull(command.Home.TryLink("taken"));
    }

    [Fact]
    public async Task Name_OfTapInOtherNamespace_IsRefused()
    {
        using VSwitchCommand command = new();
        using TestNamespace other = new();
        await using L2Dev taken = other.Tap(new TunTapOptions { Name = "taken" });
        LabProcess run = await command.Finish("run", "--port", Good, "--port", $"tap:taken,netns={other.Name}");
        AssertRefused(run, "taken: TUNSETIFF", "busy");
        Assert.Null(command.Home.TryLink("good"));
        Assert.True(taken.IsUp);
    }

    [Fact]
    public async Task Name_OfInterfaceThatIsNoTap_IsRefused()
    {
        using VSwitchCommand command = new();
        LabProcess run = await command.Finish("run", "--port", Good, "--port", "tap:lo");
        AssertRefused(run, "interface of another kind", "choose another name");
        Assert.Null(command.Home.TryLink("good"));
    }

    [Fact]
    public async Task Name_OfVeth_IsRefused()
    {
        using VSwitchCommand command = new();
        await Ip(command, "link", "add", "taken", "type", "veth", "peer", "name", "peer");
        LabProcess run = await command.Finish("run", "--port", Good, "--port", "tap:taken");
        AssertRefused(run, "interface of kind veth", "choose another name");
        Assert.Null(command.Home.TryLink("good"));
        Assert.Equal("veth", command.Home.Link("taken").Kind);
    }

    [Fact]
    public async Task Name_OfPersistentTun_IsRefused()
    {
        using VSwitchCommand command = new();
        await Ip(command, "tuntap", "add", "dev", "taken", "mode", "tun");
        LabProcess run = await command.Finish("run", "--port", Good, "--port", "tap:taken");
        AssertRefused(run, "interface of kind TUN", "choose another name");
        Assert.Null(command.Home.TryLink("good"));
        Assert.NotNull(command.Home.TryLink("taken"));
    }

    [Fact]
    public async Task Name_OfPersistentTap_IsRefusedForATun()
    {
        using VSwitchCommand command = new();
        await Ip(command, "tuntap", "add", "dev", "taken", "mode", "tap");
        LabProcess run = await command.Finish("run", "--port", Good, "--port", "tun:taken");
        AssertRefused(run, "interface of kind TAP", "choose another name");
        Assert.Null(command.Home.TryLink("good"));
        Assert.NotNull(command.Home.TryLink("taken"));
    }

    [Fact]
    public async Task Name_OfTunThatAnotherProcessHolds_IsRefused()
    {
        using VSwitchCommand command = new();
        await command.Run("--port", "tun:taken");
        LabProcess run = await command.Finish("run", "--port", Good, "--port", "tun:taken");
        AssertRefused(run, "taken: TUNSETIFF", "busy");
        Assert.Null(command.Home.TryLink("good"));
        Assert.NotNull(command.Home.TryLink("taken"));
    }

    [Fact]
    public async Task PersistentTap_WithOneQueue_IsRefusedForTwoAndTakenForOne()
    {
        using VSwitchCommand command = new();
        await Ip(command, "tuntap", "add", "dev", "kept", "mode", "tap");
        AssertRefused(await command.Finish("run", "--port", Good, "--port", "tap:kept,queues=2"), "without multi_queue", "ask for one queue");
        Assert.Null(command.Home.TryLink("good"));
        LabProcess run = await command.Run("--port", "tap:kept");
        run.Signal(LabProcess.SigInt);
        Assert.Equal(0, await run.Exit());
        Assert.NotNull(command.Home.TryLink("kept"));
    }

    [Theory]
    [InlineData(Good)]
    [InlineData("tap:t0,netns=HOME")]
    public async Task NoRights_IsRefused(string port)
    {
        using VSwitchCommand command = new();
        string[] asNobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", VSwitchCommand.Path];
        LabProcess version = command.StartProgram(Programs.SetPriv, [.. asNobody, "--version"]);
        if (await version.Exit() != 0)
        {
            Assert.Skip($"nobody may not run {VSwitchCommand.Path}: clone into a directory that others may read");
        }

        LabProcess run = command.StartProgram(Programs.SetPriv, [.. asNobody, "run", "--control", "off", "--port", port.Replace("HOME", command.Home.Name, StringComparison.Ordinal)]);
        await run.Exit();
        AssertRefused(run, "not permitted|denied", "root|CAP_NET_ADMIN");
        Assert.Null(command.Home.TryLink("good"));
    }

    private static async Task Ip(VSwitchCommand command, params string[] arguments)
    {
        LabProcess ip = command.StartProgram(Programs.Ip, arguments);
        Assert.True(await ip.Exit() == 0, ip.Text);
    }

    // Cause and cure in the one line of standard error, nothing on standard output; alternatives between bars.
    private static void AssertRefused(LabProcess run, string cause, string cure)
    {
        Assert.True(run.ExitCode == 2, run.Text);
        Assert.Empty(run.Output);
        string line = Assert.Single(run.Errors);
        Assert.StartsWith("vswitch: ", line, StringComparison.Ordinal);
        foreach (string part in new[] { cause, cure })
        {
            Assert.True(part.Split('|').Any(p => line.Contains(p, StringComparison.Ordinal)), $"'{part}' is not in: {line}");
        }
    }
}
