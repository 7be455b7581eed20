using System.Net.Sockets;
using System.Text.Json;
using VSwitch.Integration.Tests.Command;
using VSwitch.Terminal;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Control;

/// <summary>Ports that come and go while a switch runs: <c>vswitch ports add</c> and <c>del</c>, and what is behind them on the socket.</summary>
public class PortChangeTests
{
    [Fact]
    public async Task Taps_AddedWhileItRuns_AreReachedUntilTheyAreTakenOut()
    {
        using ControlLab lab = await ControlLab.Start();
        using LabStation c = new(2);
        using LabStation d = new(3);
        LabProcess added = await lab.Ask("ports", "add", Text(c), Text(d));
        Assert.True(added.ExitCode == 0, added.Text);
        Assert.Equal([$"{ControlLab.PortOf(c)} is in the switch", $"{ControlLab.PortOf(d)} is in the switch"], added.Output);
        await Ping(c, d);
        await Ping(c, lab.A);

        LabProcess gone = await lab.Ask("ports", "del", ControlLab.PortOf(c));
        Assert.True(gone.ExitCode == 0, gone.Text);
        Assert.False(c.HasTap);
        Assert.DoesNotContain(ControlLab.PortOf(c), await Names(lab));
        Assert.Equal(0, (await lab.Ask("ports", "add", Text(c))).ExitCode); // the name is free at once
        await Ping(c, d);
    }

    [Fact]
    public async Task Port_AddedWhileItRuns_ComesBackWithItsInterface()
    {
        using ControlLab lab = await ControlLab.Start();
        using LabStation c = new(2);
        Assert.Equal(0, (await lab.Ask("ports", "add", Text(c))).ExitCode);
        c.DeleteTap();
        await Bounded.Until(() => c.HasTap, "the TAP is back");
        await Bounded.Until(async () => await IsReached(c, lab.A), "it is reached again");
    }

    [Fact]
    public async Task Ports_ThatCannotBe_AreRefusedEachForItself()
    {
        using ControlLab lab = await ControlLab.Start();
        using LabStation c = new(2);
        using LabStation d = new(3);
        string a = ControlLab.PortOf(lab.A);
        string here = $"netns={c.Namespace.Name}";
        LabProcess asked = await lab.Ask(
            "ports", "add", "top:x", $"tap:{lab.A.Interface},netns={lab.A.Namespace.Name}", $"tap:lo,{here}", $"tap:abcdefghijklmnop,{here}",
            $"tap:y,mtu=1,frames=2,{here}", $"tap:m,mac={lab.A.Mac},{here}", "tap:n,netns=vst-there-is-none", $"tap:s,mirror-to=nobody,{here}", Text(d));
        Assert.Equal(2, asked.ExitCode);
        Assert.Equal([$"{ControlLab.PortOf(d)} is in the switch"], asked.Output); // the others do not keep it out
        string[] problems =
        [
            "unknown kind 'top': the kinds are", $"port {a} is in the switch already: choose another name, or take it out first", "lo: TUNSETIFF", "longer than the 15 octets",
            "mtu '1' is not a number from 68 to 65521; port 'tap:y,mtu=1,frames=2", $"mac {lab.A.Mac} is that of port {a} already", "make it: ip netns add", "there is no port 'nobody': the ports are",
        ];
        Assert.Equal(problems.Length, asked.Errors.Count);
        Assert.All(problems.Zip(asked.Errors), p => Assert.Contains(p.First, p.Second, StringComparison.Ordinal));
        Assert.Null(c.Namespace.TryLink("m"));
        await Ping(d, lab.A);

        LabProcess unknown = await lab.Ask("ports", "del", "nobody", ControlLab.PortOf(d));
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("no port 'nobody': there are", Assert.Single(unknown.Errors), StringComparison.Ordinal);
        Assert.Equal([$"{ControlLab.PortOf(d)} is out of the switch"], unknown.Output);
        await lab.AssertWell();
    }

    [Fact]
    public async Task Requests_ThatMakeNoSense_AreRefusedInOneLine()
    {
        (int Status, string Body)[] requests =
        [
            (400, "{}"),
            (400, ""),
            (400, "null"),
            (400, """{"port":1}"""),
            (400, """{"port":""}"""),
            (400, """{"port":"tap:x","mode":"y"}"""),
            (400, """{"port":"tap:x\u0000y"}"""),
            (400, """{"port":"tap:x,acl-in=\u0000"}"""),
            (400, """{"port":"tap:x,acl-in=/nowhere/x"}"""),
            (400, """{"port":"pcap:/nowhere/x"}"""),
            (409, """{"port":"pcap:,name=p,out=/nowhere/x"}"""),
            (409, """{"port":"tap:x,netns=.."}"""),
            (409, """{"port":"tap:x,station=02:00:00:00:00:01,station=02:00:00:00:00:01"}"""),
        ];
        using ControlLab lab = await ControlLab.Start();
        foreach ((int status, string body) in requests)
        {
            (int answered, JsonElement json) = await lab.Send(HttpMethod.Post, "ports", body);
            Assert.True(status == answered, $"{body}: {answered}");
            Assert.DoesNotContain('\n', json.GetProperty("error").GetString()!);
        }

        Assert.Equal(404, (await lab.Send(HttpMethod.Delete, "ports/a%2Fb", null)).Status);
        await lab.AssertWell();
    }

    [Fact]
    public async Task Clients_ThatAddOneNameAtOnce_OneHasIt()
    {
        using ControlLab lab = await ControlLab.Start();
        using LabStation c = new(2);
        string body = JsonSerializer.Serialize(new { port = Text(c) });
        for (int round = 0; round < 5; round++)
        {
            (int Status, JsonElement Json)[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => lab.Send(HttpMethod.Post, "ports", body))));
            Assert.Equal([200, .. Enumerable.Repeat(409, 7)], answers.Select(a => a.Status).Order());
            Assert.Equal(200, (await Delete(lab, ControlLab.PortOf(c))).Status);
        }
    }

    [Fact]
    public async Task Changes_OfSwitchWithGatewayAndMirrors_AreHeldAgainstIt()
    {
        using ControlLab lab = new();
        await lab.Run("--control", lab.Socket, "--gateway", "10.88.0.254/24", "--mirror", $"from={ControlLab.PortOf(lab.A)},to={ControlLab.PortOf(lab.B)}");
        using LabStation c = new(2);
        string here = $"netns={c.Namespace.Name}";
        LabProcess refused = await lab.Ask("ports", "add", $"tun:t,address=10.88.0.254/24,{here}", $"tun:t,address=10.88.0.77/25,{here}", $"tap:z,address={lab.A.IPv4}/24,{here}");
        Assert.Equal(2, refused.ExitCode);
        Assert.Collection(
            refused.Errors,
            e => Assert.Contains("10.88.0.254 is the address of port t@", e, StringComparison.Ordinal),
            e => Assert.Contains("are of one network, but not of one length", e, StringComparison.Ordinal),
            e => Assert.Contains("is the address of port", e, StringComparison.Ordinal));

        // The new port's frames are shown at B while it is there, and those of another port of its name are not.
        Assert.Equal(0, (await lab.Ask("ports", "add", $"{Text(c)},mirror-to={ControlLab.PortOf(lab.B)}:in")).ExitCode);
        long before = await Sent(lab, lab.B);
        await Ping(c, lab.A);
        Assert.True(await Sent(lab, lab.B) > before + 1);
        Assert.Equal(0, (await lab.Ask("ports", "del", ControlLab.PortOf(c))).ExitCode);
        Assert.Equal(0, (await lab.Ask("ports", "add", $"{Text(c)},mirror-to={ControlLab.PortOf(lab.B)}:in")).ExitCode);
        Assert.Equal(0, (await lab.Ask("ports", "del", ControlLab.PortOf(lab.B))).ExitCode); // which mirrors show at
        await Ping(c, lab.A);
    }

    [Fact]
    public async Task Wire_KeepsTwoEnds()
    {
        using ControlLab lab = new();
        await lab.Run("--control", lab.Socket, "--wire");
        using LabStation c = new(2);
        LabProcess third = await lab.Ask("ports", "add", Text(c));
        Assert.Contains("a wire has two ends", Assert.Single(third.Errors), StringComparison.Ordinal);
        Assert.False(c.HasTap);
        Assert.Equal(0, (await lab.Ask("ports", "del", ControlLab.PortOf(lab.B))).ExitCode);
        Assert.Contains("can't have VLANs or policies", Assert.Single((await lab.Ask("ports", "add", $"{Text(c)},access=5")).Errors), StringComparison.Ordinal);
        Assert.Equal(0, (await lab.Ask("ports", "add", Text(c))).ExitCode);
        await Ping(c, lab.A);
    }

    [Fact]
    public async Task Ports_TwoHundredThatComeAndGo_CostOthersNoFrame()
    {
        const int Rounds = 200;
        using ControlLab lab = await ControlLab.Start();
        using LabStation c = new(2);
        await lab.AssertWell();
        using Socket from = lab.A.Socket(AddressFamily.InterNetwork, SocketType.Dgram);
        using Socket to = lab.B.Socket(AddressFamily.InterNetwork, SocketType.Dgram);
        from.Connect(to.LocalEndPoint!);
        using CancellationTokenSource stop = new();
        Task<int> traffic = Task.Run(() => SendWithoutLoss(from, to, stop.Token));
        string body = JsonSerializer.Serialize(new { port = Text(c) });
        for (int i = 0; i < Rounds; i++)
        {
            Assert.Equal(200, (await lab.Send(HttpMethod.Post, "ports", body)).Status);
            Assert.Equal(200, (await Delete(lab, ControlLab.PortOf(c))).Status);
        }

        await stop.CancelAsync();
        Assert.True(await Bounded.Within(traffic) > Rounds);
        await lab.AssertWell();
    }

    [Fact]
    public async Task Files_OfAPort_AreThoseOfTheClient()
    {
        Assert.Equal("tap:x,acl-in=/d/a.acl,acl-out=/b,mtu=9", PortPaths.MakeAbsolute("tap:x,acl-in=a.acl,acl-out=/b,mtu=9", "/d"));
        Assert.Equal("pcap:/d/a.pcap,name=n,out=/e/b", PortPaths.MakeAbsolute("pcap:a.pcap,name=n,out=../e/b", "/d"));
        Assert.Equal("pcap:,out=/d/b", PortPaths.MakeAbsolute("pcap:,out=b", "/d"));
        Assert.Equal("tap:x,acl-in=,what=a", PortPaths.MakeAbsolute("tap:x,acl-in=,what=a", "/d")); // the switch says what is wrong
        Assert.Contains("comma", Assert.Throws<UserException>(() => PortPaths.MakeAbsolute("pcap:a", "/d,e")).Message, StringComparison.Ordinal);
        Assert.Contains("another file for the switch", Assert.Throws<UserException>(() => PortPaths.MakeAbsolute("tap:x,acl-in=/dev/fd/63", "/d")).Message, StringComparison.Ordinal);

        using ControlLab lab = await ControlLab.Start();
        using TemporaryFile list = new("forbid broadcast\n");
        Assert.Contains(list.Path, Assert.Single((await lab.Ask("ports", "add", $"tap:x,acl-in={list.Path}")).Errors), StringComparison.Ordinal);
        string file = Path.Combine(lab.Folder, "p.pcapng");
        LabProcess added = await lab.Ask("ports", "add", $"pcap:,name=rec/1,out={file}");
        Assert.True(added.ExitCode == 0, added.Text);
        Assert.Contains("rec/1", await Names(lab));
        Assert.Equal(0, (await lab.Ask("ports", "del", "rec/1")).ExitCode);
        Assert.True(File.Exists(file));
    }

    private static string Text(LabStation station) => $"tap:{station.Interface},netns={station.Namespace.Name},mac={station.Mac},address={station.IPv4}/24";

    private static async Task Ping(LabStation from, LabStation to) => Assert.True(await IsReached(from, to), $"{to.IPv4} does not answer");

    private static async Task<bool> IsReached(LabStation from, LabStation to)
    {
        using LabProcess ping = LabProcess.Start(from.Namespace, Programs.Ping, "-n", "-c", "1", "-W", "10", to.IPv4.ToString());
        return await ping.Exit() == 0;
    }

    private static Task<(int Status, JsonElement Json)> Delete(ControlLab lab, string port) => lab.Send(HttpMethod.Delete, $"ports/{Uri.EscapeDataString(port)}", null);

    private static async Task<string[]> Names(ControlLab lab) =>
        [.. (await lab.Get("ports")).GetProperty("ports").EnumerateArray().Select(p => p.GetProperty("name").GetString()!)];

    private static async Task<long> Sent(ControlLab lab, LabStation station) => (await lab.Get("ports")).GetProperty("ports").EnumerateArray()
        .Single(p => p.GetProperty("name").GetString() == ControlLab.PortOf(station)).GetProperty("counters").GetProperty("txFrames").GetInt64();

    // As many under way as any queue holds: one that is missing is lost, and ends the test when its time is over.
    private static int SendWithoutLoss(Socket from, Socket to, CancellationToken stop)
    {
        const int UnderWay = 16;
        byte[] octets = new byte[100];
        int sent = 0;
        while (!stop.IsCancellationRequested)
        {
            for (int i = 0; i < UnderWay; i++)
            {
                from.Send(octets);
            }

            for (int i = 0; i < UnderWay; i++, sent++)
            {
                Assert.Equal(octets.Length, to.Receive(octets));
            }
        }

        return sent;
    }
}
