using System.Text.Json;

namespace VSwitch.Integration.Tests.Control;

/// <summary>What a running switch answers: see docs/control.md.</summary>
public class ControlProtocolTests
{
    [Fact]
    public async Task Tables_AfterPing_TellOfIt()
    {
        using ControlLab lab = await ControlLab.Start();
        await lab.AssertWell();
        string a = ControlLab.PortOf(lab.A);
        JsonElement about = await lab.Get("switch");
        Assert.Equal((2, 2, 2, 0), (about.GetProperty("ports").GetInt32(), about.GetProperty("portsUp").GetInt32(), about.GetProperty("stations").GetInt32(), about.GetProperty("tracing").GetInt32()));
        Assert.True(about.GetProperty("uptimeSeconds").GetDouble() > 0);
        Assert.True(about.GetProperty("totals").GetProperty("rxFrames").GetInt64() >= 4);

        JsonElement port = (await lab.Get("ports")).GetProperty("ports").EnumerateArray().Single(p => p.GetProperty("name").GetString() == a);
        Assert.Equal(("tap", "up", "none", 1500), (port.GetProperty("kind").GetString(), port.GetProperty("state").GetString(), port.GetProperty("block").GetString(), port.GetProperty("mtu").GetInt32()));
        Assert.Equal((1, "all", "1"), (port.GetProperty("policy").GetProperty("pvid").GetInt32(), port.GetProperty("policy").GetProperty("memberSet").GetString(), port.GetProperty("policy").GetProperty("untaggedSet").GetString()));

        JsonElement station = Assert.Single((await lab.Get($"fdb?port={Uri.EscapeDataString(a)}&vlan=1&mac={lab.A.Mac}")).GetProperty("stations").EnumerateArray());
        Assert.Equal((lab.A.Mac.ToString(), 1, a, "dynamic"), (station.GetProperty("mac").GetString(), station.GetProperty("vlan").GetInt32(), station.GetProperty("port").GetString(), station.GetProperty("kind").GetString()));
        Assert.Empty((await lab.Get("fdb?vlan=2")).GetProperty("stations").EnumerateArray());

        Assert.Equal(["1", "2-4094"], (await lab.Get("vlans")).GetProperty("vlans").EnumerateArray().Select(v => v.GetProperty("vid").GetString()!));
        Assert.Empty((await lab.Get("neighbors")).GetProperty("neighbors").EnumerateArray());
        Assert.Empty((await lab.Get("acls")).GetProperty("acls").EnumerateArray());
        Assert.False((await lab.Get("flapping")).GetProperty("isWatched").GetBoolean());
    }

    [Fact]
    public async Task Drops_OfFrameThatNoBridgeForwards_AreTold()
    {
        using ControlLab lab = await ControlLab.Start();
        using PacketSocket packets = lab.A.Packets();
        packets.Send(new TestKit.FrameBuilder().From(lab.A.Mac).To("01:80:c2:00:00:0e").Build());
        JsonElement? found = null;
        await Bounded.Until(async () => (found = (await Drops()).Cast<JsonElement?>().FirstOrDefault(d => d!.Value.GetProperty("reason").GetString() == "reservedAddress")) is not null, "the drop is told");
        Assert.Equal(1, found!.Value.GetProperty("count").GetInt32());
        Assert.Equal(1, found.Value.GetProperty("ports").GetProperty(ControlLab.PortOf(lab.A)).GetInt32());
        Assert.NotEmpty(found.Value.GetProperty("text").GetString()!);

        async Task<JsonElement[]> Drops() => [.. (await lab.Get("drops")).GetProperty("drops").EnumerateArray()];
    }

    [Fact]
    public async Task Fdb_EntriesAndFlush_DoWhatTheySay()
    {
        using ControlLab lab = await ControlLab.Start();
        await lab.AssertWell();
        string entry = $$"""{"mac":"02:00:00:00:00:99","vlan":5,"port":"{{ControlLab.PortOf(lab.B)}}"}""";
        Assert.Equal(200, (await lab.Send(HttpMethod.Put, "fdb/entry", entry)).Status);
        Assert.Equal("static", Assert.Single((await lab.Get("fdb?vlan=5")).GetProperty("stations").EnumerateArray()).GetProperty("kind").GetString());
        Assert.Equal(0, (await lab.Post("fdb/flush", """{"vlan":7}""")).GetProperty("flushed").GetInt32());
        Assert.Equal(1, (await lab.Post("fdb/flush", $$"""{"vlan":1,"port":"{{ControlLab.PortOf(lab.A)}}"}""")).GetProperty("flushed").GetInt32());
        Assert.Equal(1, (await lab.Post("fdb/flush", """{"sticky":true}""")).GetProperty("flushed").GetInt32());
        Assert.Equal(200, (await lab.Send(HttpMethod.Delete, "fdb/entry", entry)).Status);
        Assert.Equal(404, (await lab.Send(HttpMethod.Delete, "fdb/entry", entry)).Status);
        Assert.Empty((await lab.Get("fdb")).GetProperty("stations").EnumerateArray());
    }

    [Theory]
    [InlineData("GET", "fdb?vlan=0", null, 400, "1 to 4094")]
    [InlineData("GET", "fdb?vlan=4095", null, 400, "1 to 4094")]
    [InlineData("GET", "fdb?vlan=5000", null, 400, "1 to 4094")]
    [InlineData("GET", "fdb?port=nix", null, 404, "no port 'nix'")]
    [InlineData("GET", "fdb?mac=nix", null, 400, "not a MAC address")]
    [InlineData("GET", "nix", null, 404, "docs/control.md")]
    [InlineData("DELETE", "ports", null, 405, "docs/control.md")]
    [InlineData("POST", "ports/nix/open", null, 404, "no port 'nix'")]
    [InlineData("PUT", "fdb/entry", "{}", 400, "port is missing")]
    [InlineData("PUT", "fdb/entry", """{"mac":"03:00:00:00:00:01","vlan":1,"port":"PORT"}""", 409, "no group's")]
    [InlineData("PUT", "fdb/entry", """{"mac":"02:00:00:00:00:01","port":"PORT"}""", 400, "vlan is missing")]
    [InlineData("PUT", "fdb/entry", """{"mac":"02:00:00:00:00:01","vlan":65537,"port":"PORT"}""", 400, "1 to 4094")]
    [InlineData("POST", "fdb/flush", """{"colour":"red"}""", 400, "colour")]
    [InlineData("POST", "fdb/flush", "null", 400, "JSON")]
    [InlineData("POST", "fdb/flush", "[[[[", 400, "JSON")]
    [InlineData("POST", "explain", """{"port":"PORT"}""", 400, "frame is missing")]
    [InlineData("POST", "explain", """{"port":"PORT","frame":"0"}""", 400, "hexadecimal")]
    [InlineData("POST", "trace", """{"count":0}""", 400, "1 to 1000000")]
    [InlineData("POST", "trace", """{"port":"nix"}""", 404, "no port 'nix'")]
    [InlineData("POST", "trace", """{"filter":"tcp prt 9"}""", 400, "filter")]
    public async Task Request_ThatCannotBe_IsRefusedInOneLine(string method, string what, string? body, int status, string problem)
    {
        using ControlLab lab = await ControlLab.Start();
        (int got, JsonElement json) = await lab.Send(new HttpMethod(method), what, body?.Replace("PORT", ControlLab.PortOf(lab.A), StringComparison.Ordinal));
        Assert.Equal(status, got);
        string error = json.GetProperty("error").GetString()!;
        Assert.Contains(problem, error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error);
    }
}
