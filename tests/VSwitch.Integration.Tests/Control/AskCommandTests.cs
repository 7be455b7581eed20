using System.Text.Json;
using VSwitch.Terminal;

namespace VSwitch.Integration.Tests.Control;

/// <summary>The commands that ask a running switch.</summary>
public class AskCommandTests
{
    [Fact]
    public async Task Tables_AfterPing_AreShown()
    {
        using ControlLab lab = await ControlLab.Start();
        await lab.AssertWell();
        string a = ControlLab.PortOf(lab.A);
        LabProcess fdb = await lab.Ask("fdb", "--port", a);
        Assert.Equal(2, fdb.Output.Count);
        Assert.Equal([lab.A.Mac.ToString(), "1", a, "dynamic"], Words(fdb.Output[1])[..4]);
        Assert.Equal(["port", "vlan-id"], Words((await lab.Ask("vlan")).Output[0]));
        Assert.Contains(await Output("vlan"), l => Words(l).SequenceEqual([a, "1", "PVID", "Egress", "Untagged"]));
        Assert.Contains(await Output("ports"), l => Words(l) is [var port, "tap", "up", "1500", "1", "all", ..] && port == a);
        Assert.Equal("reason", Words((await Output("drops"))[0])[0]);
        Assert.Equal(["no port has an access list"], await Output("acl"));
        Assert.Single(await Output("flapping"));
        Assert.Equal([$"{a} is open"], await Output("open", a));
        string[] json = await Output("fdb", "show", "--json");
        Assert.Equal(2, JsonSerializer.Deserialize<JsonElement>(Assert.Single(json)).GetProperty("stations").GetArrayLength());

        async Task<string[]> Output(params string[] arguments)
        {
            LabProcess asked = await lab.Ask(arguments);
            Assert.True(asked.ExitCode == 0 && asked.Errors.Count == 0, asked.Text);
            return [.. asked.Output];
        }
    }

    [Fact]
    public async Task Fdb_AddDelFlush_DoWhatTheySay()
    {
        using ControlLab lab = await ControlLab.Start();
        await lab.AssertWell();
        Assert.Equal(0, (await lab.Ask("fdb", "add", "02:00:00:00:00:99", "--vlan", "5", "--port", ControlLab.PortOf(lab.B))).ExitCode);
        Assert.Contains("static", (await lab.Ask("fdb", "--vlan", "5")).Output[1], StringComparison.Ordinal);
        Assert.Equal(["2 forgotten"], (await lab.Ask("fdb", "flush")).Output);
        Assert.Equal(0, (await lab.Ask("fdb", "del", "02:00:00:00:00:99", "--vlan", "5")).ExitCode);
        LabProcess again = await lab.Ask("fdb", "del", "02:00:00:00:00:99", "--vlan", "5");
        Assert.Equal(2, again.ExitCode);
        Assert.Contains("no entry", Assert.Single(again.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_FrameThatIsDescribed_SaysWhereItWouldGo()
    {
        using ControlLab lab = await ControlLab.Start();
        string[] frame = ["why", "--port", ControlLab.PortOf(lab.A), "--src", "02:00:00:00:00:01"];
        LabProcess sent = await lab.Ask([.. frame, "--dst", "ff:ff:ff:ff:ff:ff", "--vlan", "10:3", "--type", "arp", "--ip-src", "10.0.0.1", "--ip-dst", "10.0.0.2"]);
        Assert.True(sent.ExitCode == 0, sent.Text);
        Assert.Equal($"sent to {ControlLab.PortOf(lab.B)}", sent.Output[^1]);
        LabProcess dropped = await lab.Ask([.. frame, "--dst", "01:80:c2:00:00:0e"]);
        Assert.True(dropped.ExitCode == 1, dropped.Text);
        Assert.Equal("dropped: ReservedAddress", dropped.Output[^1]);
        LabProcess runt = await lab.Ask("why", "--port", ControlLab.PortOf(lab.A), "--hex", "02:00:00");
        Assert.Equal("dropped: Runt", runt.Output[^1]);
        Assert.Equal(0, (await lab.Get("switch")).GetProperty("totals").GetProperty("rxFrames").GetInt64()); // nothing was sent, nor counted
    }

    [Theory]
    [InlineData("--src is missing", "why", "--port", "x", "--dst", "02:00:00:00:00:01")]
    [InlineData("--port is missing", "why", "--hex", "00")]
    [InlineData("not a MAC address", "why", "--port", "x", "--src", "x", "--dst", "02:00:00:00:00:01")]
    [InlineData("--hex is not", "why", "--port", "x", "--hex", "0")]
    [InlineData("--hex is the whole frame", "why", "--port", "x", "--hex", "00", "--src", "02:00:00:00:00:01")]
    [InlineData("--next '0'", "why", "--next", "0")]
    [InlineData("--timeout 'soon'", "why", "--next", "1", "--timeout", "soon")]
    [InlineData("leave the description away", "why", "--next", "1", "--src", "02:00:00:00:00:01")]
    [InlineData("no switch is running at", "ports", "--control", "/nowhere/x.sock")]
    [InlineData("no switch is running at", "ports", "--switch", "vst-there-is-none")]
    [InlineData("not made of letters", "ports", "--switch", "../x")]
    [InlineData("1 to 4094", "fdb", "flush", "--vlan", "0", "--switch", "x")]
    [InlineData("vswitch fdb add --help", "fdb", "add", "--switch", "x", "--vlan", "1", "--port", "p")]
    public async Task Question_ThatCannotBe_IsRefusedInOneLine(string problem, params string[] arguments)
    {
        using Command.VSwitchCommand command = new(rootless: true);
        LabProcess asked = await command.Finish(arguments);
        Assert.True(asked.ExitCode == 2, asked.Text);
        Assert.Contains(problem, Assert.Single(asked.Errors), StringComparison.Ordinal);
        Assert.Empty(asked.Output);
    }

    [Fact]
    public void Text_FromElsewhere_CannotMoveTheCursor()
    {
        Assert.Equal("tap?[2J?x?y?z", Printable.Of("tap\e[2J\u009bx\u202ey\nz"));
        Assert.Equal("größe µs", Printable.Of("größe µs"));
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
