using System.Text.Json;
using VSwitch.Devices.Filters;

namespace VSwitch.Integration.Tests.Control;

/// <summary>Traces over the socket: they come, they are those that were asked for, and they end with who asked.</summary>
public class ControlTraceTests
{
    [Fact]
    public async Task Trace_WithFilterAndPort_TellsOfTheseFramesOnly()
    {
        RequireFilters();
        using ControlLab lab = await ControlLab.Start();
        await lab.AssertWell();
        using HttpResponseMessage response = await lab.Trace($$"""{"count":2,"port":"{{ControlLab.PortOf(lab.A)}}","filter":"icmp[icmptype] == icmp-echo"}""");
        await lab.AssertWell();
        await lab.AssertWell();
        using StreamReader lines = new(await response.Content.ReadAsStreamAsync());
        for (int i = 0; i < 2; i++)
        {
            JsonElement trace = JsonSerializer.Deserialize<JsonElement>((await Bounded.Within(lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()))!);
            Assert.Equal(ControlLab.PortOf(lab.A), trace.GetProperty("ingress").GetString());
            Assert.Equal([ControlLab.PortOf(lab.B)], trace.GetProperty("sentTo").EnumerateArray().Select(p => p.GetString()!));
            Assert.Equal(98, trace.GetProperty("length").GetInt32());
        }

        Assert.Null(await Bounded.Within(lines.ReadLineAsync(TestContext.Current.CancellationToken).AsTask()));
        await Bounded.Until(async () => await Tracing(lab) == 0, "tracing has ended");
    }

    [Fact]
    public async Task Trace_ClientGone_CostsNothingAnyMore()
    {
        using ControlLab lab = await ControlLab.Start();
        using (HttpResponseMessage response = await lab.Trace("""{"count":1000}"""))
        {
            Assert.Equal(1, await Tracing(lab));
        }

        await Bounded.Until(async () => await Tracing(lab) == 0, "tracing has ended");
        await lab.AssertWell();
    }

    [Fact]
    public async Task Trace_TooMany_AreRefused()
    {
        using ControlLab lab = await ControlLab.Start();
        List<HttpResponseMessage> traces = [];
        for (int i = 0; i < 8; i++)
        {
            traces.Add(await lab.Trace("{}"));
        }

        (int status, JsonElement json) = await lab.Send(HttpMethod.Post, "trace", "{}");
        Assert.Equal(409, status);
        Assert.Contains("others trace", json.GetProperty("error").GetString(), StringComparison.Ordinal);
        traces.ForEach(t => t.Dispose());
        await Bounded.Until(async () => await Tracing(lab) == 0, "tracing has ended");
    }

    [Fact]
    public async Task Why_NextFrames_TellsWhereTheyWent()
    {
        RequireFilters();
        using ControlLab lab = await ControlLab.Start();
        LabProcess why = lab.StartAsking("why", "--next", "1", "--filter", "icmp");
        await Bounded.Until(() => why.Errors.Any(l => l.Contains("waiting", StringComparison.Ordinal)), "it waits");
        await lab.AssertWell();
        Assert.True(await why.Exit() == 0, why.Text);
        Assert.Contains($"sent to {ControlLab.PortOf(lab.B)}", why.Output);
    }

    [Fact]
    public async Task Why_NextFrames_Interrupted_EndsTracing()
    {
        using ControlLab lab = await ControlLab.Start();
        LabProcess why = lab.StartAsking("why", "--next", "1000", "--json");
        await Bounded.Until(async () => await Tracing(lab) == 1, "it traces");
        why.Signal(LabProcess.SigInt);
        Assert.True(await why.Exit() == 0, why.Text);
        await Bounded.Until(async () => await Tracing(lab) == 0, "tracing has ended");
    }

    [Fact]
    public async Task Why_NextFrames_NoneInTime_Fails()
    {
        using ControlLab lab = await ControlLab.Start();
        LabProcess why = await lab.Ask("why", "--next", "1", "--timeout", "100ms");
        Assert.Equal(1, why.ExitCode);
        Assert.Contains("0 of 1 frames came in time", why.Errors[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_NextFrames_SwitchEnds_SaysSo()
    {
        using ControlLab lab = await ControlLab.Start();
        LabProcess why = lab.StartAsking("why", "--next", "5");
        await Bounded.Until(async () => await Tracing(lab) == 1, "it traces");
        lab.Switch.Signal(LabProcess.SigTerm);
        Assert.True(await lab.Switch.Exit() == 0, lab.Switch.Text);
        Assert.True(await why.Exit() == 1, why.Text);
        Assert.Contains("0 of 5 frames came before the switch ended", why.Errors[^1], StringComparison.Ordinal);
    }

    private static void RequireFilters()
    {
        if (!PcapFilter.IsAvailable)
        {
            Assert.Skip("no libpcap on this machine: apt-get install libpcap0.8");
        }
    }

    private static async Task<int> Tracing(ControlLab lab) => (await lab.Get("switch")).GetProperty("tracing").GetInt32();
}
