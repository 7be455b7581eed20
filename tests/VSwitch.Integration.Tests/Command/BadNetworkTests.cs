
namespace VSwitch.Integration.Tests.Command;

/// <summary>Gateways, routes and addresses that can't be meant: one line with cause and cure, exit 2, nothing half-made.</summary>
[Trait("Fault", "53")]
public class BadNetworkTests
{
    [Theory]
    [InlineData("10.0.0.254", "'10.0.0.254' is not an address with prefix that a station can have, such as 10.0.0.254/24 or fd00::fe/64")]
    [InlineData("10.0.0.254/33", "'10.0.0.254/33' is not an address with prefix that a station can have, such as 10.0.0.254/24 or fd00::fe/64")]
    [InlineData("nowhere/24", "'nowhere/24' is not an address with prefix that a station can have, such as 10.0.0.254/24 or fd00::fe/64")]
    [InlineData("0.0.0.0/0", "'0.0.0.0/0' is not an address with prefix that a station can have, such as 10.0.0.254/24 or fd00::fe/64")]
    [InlineData("224.0.0.1/24", "'224.0.0.1/24' is not an address with prefix that a station can have, such as 10.0.0.254/24 or fd00::fe/64")]
    [InlineData("ff02::1/64", "'ff02::1/64' is not an address with prefix that a station can have, such as 10.0.0.254/24 or fd00::fe/64")]
    [InlineData("127.0.0.1/8", "'127.0.0.1/8' is not an address with prefix that a station can have, such as 10.0.0.254/24 or fd00::fe/64")]
    [InlineData("10.0.0.0/24", "'10.0.0.0/24' is not an address with prefix that a station can have, such as 10.0.0.254/24 or fd00::fe/64")]
    [InlineData("10.0.0.255/24", "'10.0.0.255/24' is not an address with prefix that a station can have, such as 10.0.0.254/24 or fd00::fe/64")]
    public async Task Gateway_ThatIsNone_IsRefused(string gateway, string problem) =>
        await AssertRefused($"--gateway {problem}", "--gateway", gateway);

    [Theory]
    [InlineData("10.9.0.0/16", "'10.9.0.0/16'")]
    [InlineData("10.9.0.0/16 10.0.0.1", "'10.9.0.0/16 10.0.0.1'")]
    [InlineData("10.9.0.0/16 by 10.0.0.1", "'10.9.0.0/16 by 10.0.0.1'")]
    [InlineData("10.9.0.0/16 via", "'10.9.0.0/16 via'")]
    [InlineData("10.9.0.0/16 via nowhere", "'10.9.0.0/16 via nowhere'")]
    [InlineData("10.9.0.0/16 via 10.0.0.1/24", "'10.9.0.0/16 via 10.0.0.1/24'")]
    [InlineData("10.9.0.0/16 via fd00::1", "'10.9.0.0/16 via fd00::1'")]
    [InlineData("10.9.0.0/16 via 224.0.0.1", "'10.9.0.0/16 via 224.0.0.1'")]
    [InlineData("10.9.0.0/33 via 10.0.0.1", "'10.9.0.0/33 via 10.0.0.1'")]
    [InlineData("all via 10.0.0.1", "'all via 10.0.0.1'")]
    public async Task Route_ThatIsNone_IsRefused(string route, string text) =>
        await AssertRefused($"--route {text} is not PREFIX via ADDRESS, such as 10.9.0.0/16 via 10.0.0.1, or default via fd00::1", "--route", route);

    [Theory]
    [InlineData(
        "--gateway '10.0.0.254/24': 10.0.0.254 is there twice",
        "--gateway", "10.0.0.254/24", "--gateway", "10.0.0.254/24")]
    [InlineData(
        "--gateway 10.0.0.253/25: its network overlaps that of --gateway 10.0.0.254/24: write the same length behind the slash, or choose networks that are apart",
        "--gateway", "10.0.0.254/24", "--gateway", "10.0.0.253/25")]
    [InlineData(
        "--route '10.9.0.1/16 via 10.0.0.1': 10.9.0.1/16 has host bits: write 10.9.0.0/16",
        "--route", "10.9.0.1/16 via 10.0.0.1")]
    [InlineData(
        "--route 'default via 10.0.0.2': 0.0.0.0/0 is there twice",
        "--route", "default via 10.0.0.1", "--route", "default via 10.0.0.2")]
    [InlineData(
        "--route 10.0.0.0/24 via 10.0.0.3: 10.0.0.0/24 is the network of --gateway 10.0.0.254/24, and needs no route: leave it away",
        "--gateway", "10.0.0.254/24", "--route", "10.0.0.0/24 via 10.0.0.3")]
    [InlineData(
        "--route 10.9.0.0/16 via 10.0.0.254: 10.0.0.254 is the switch itself: write the address of another router",
        "--gateway", "10.0.0.254/24", "--route", "10.9.0.0/16 via 10.0.0.254")]
    [InlineData(
        "--route 10.9.0.0/16 via 10.7.0.3: 10.7.0.3 is in no network of the switch: add a --gateway in its network, or choose another next hop",
        "--gateway", "10.0.0.254/24", "--route", "10.9.0.0/16 via 10.7.0.3")]
    [InlineData(
        "port b: 10.0.0.1 is the address of port a already: give each station its own",
        "--port", "tap:a,address=10.0.0.1/24", "--port", "tun:b,address=10.0.0.1/24")]
    [InlineData(
        "port b: fd00::1 is there twice: give each station its own",
        "--port", "tun:b,address=fd00::1/64,address=fd00:0::1/64")]
    [InlineData(
        "--gateway 10.0.0.1/24: 10.0.0.1 is the address of port a: give the switch one of its own",
        "--port", "tap:a,address=10.0.0.1/24", "--gateway", "10.0.0.1/24")]
    [InlineData(
        "port a: 10.0.0.1/16 and --gateway 10.0.0.254/24 are of one network, but not of one length: write the same length behind the slash",
        "--port", "tun:a,address=10.0.0.1/16", "--gateway", "10.0.0.254/24")]
    [InlineData(
        "port 'tun:b,mac=02:00:00:00:00:01': mac 02:00:00:00:00:01 is that of port a already: give each station its own",
        "--port", "tap:a,mac=02:00:00:00:00:01", "--port", "tun:b,mac=02:00:00:00:00:01")]
    [InlineData("--name is empty: write a name, or leave it away", "--name", " ")]
    public async Task Networks_ThatContradictEachOther_AreRefused(string problem, params string[] arguments) => await AssertRefused(problem, arguments);

    [Fact]
    public async Task Networks_SeveralProblems_OneLineEach()
    {
        using VSwitchCommand command = new(rootless: true);
        LabProcess run = await command.Finish(
            "run", "--port", "tap:a,address=10.0.0.1/24", "--port", "tun:b,address=10.0.0.1/24", "--gateway", "10.0.0.1/24", "--gateway", "nowhere", "--route", "10.9.0.0/16");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(4, run.Errors.Count);
        Assert.Empty(run.Output);
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
