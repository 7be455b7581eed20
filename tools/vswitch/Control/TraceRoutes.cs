using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using VSwitch.Bpf;
using VSwitch.Devices.Filters;
using VSwitch.Tool.Control.Messages;
using VSwitch.Tracing;

namespace VSwitch.Tool.Control;

/// <summary>Why frames go where they go: one that nobody has sent, or the next that come.</summary>
internal static class TraceRoutes
{
    internal static void Map(WebApplication app, VirtualSwitch @switch)
    {
        app.MapPost("/v1/explain", context => ExplainAsync(context, @switch));
        app.MapPost("/v1/trace", context => TraceAsync(context, @switch, app.Lifetime.ApplicationStopping));
    }

    private static async Task ExplainAsync(HttpContext context, VirtualSwitch @switch)
    {
        ExplainRequest request = await context.ReadAsync(ControlJson.Default.ExplainRequest).ConfigureAwait(false);
        SwitchPort port = ControlContext.FindPort(@switch, request.Port);
        byte[] frame = ParseFrame(request.Frame);
        ForwardingTrace trace;
        try
        {
            trace = @switch.Explain(port, frame);
        }
        catch (ArgumentException error)
        {
            throw ControlContext.Refusal(error);
        }

        await context.ReplyAsync(ToMessage(trace), ControlJson.Default.TraceMessage).ConfigureAwait(false);
    }

    private static async Task TraceAsync(HttpContext context, VirtualSwitch @switch, CancellationToken stopping)
    {
        TraceRequestMessage request = await context.ReadAsync(ControlJson.Default.TraceRequestMessage).ConfigureAwait(false);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using TraceSession session = Start(@switch, request);
        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync(ending.Token).ConfigureAwait(false); // who waits for the reply knows: now frames are traced
        await context.Response.BodyWriter.FlushAsync(ending.Token).ConfigureAwait(false);
        try
        {
            await foreach (ForwardingTrace trace in session.Traces.ReadAllAsync(ending.Token).ConfigureAwait(false))
            {
                await WriteLineAsync(context, ToMessage(trace), ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return; // the switch ends: who waits gets an end, too, and no broken line
        }

        if (session.Lost > 0)
        {
            await WriteLineAsync(context, new TraceMessage(Lost: session.Lost), ending.Token).ConfigureAwait(false);
        }
    }

    private static TraceSession Start(VirtualSwitch @switch, TraceRequestMessage request)
    {
        string? port = request.Port is null ? null : ControlContext.FindPort(@switch, request.Port).Name;
        if (request.Count is < 1 or > TraceRequest.MaxCount)
        {
            throw ControlContext.Bad($"count {request.Count} is not a number from 1 to {TraceRequest.MaxCount}");
        }

        try
        {
            BpfProgram? filter = request.Filter is null ? null : PcapFilter.Compile(request.Filter);
            return @switch.StartTrace(new TraceRequest { Count = request.Count, Port = port, Filter = filter });
        }
        catch (FormatException error)
        {
            throw ControlContext.Bad($"filter {error.Message}");
        }
        catch (InvalidOperationException error)
        {
            throw new ControlException(StatusCodes.Status409Conflict, error.Message);
        }
    }

    private static async Task WriteLineAsync(HttpContext context, TraceMessage message, CancellationToken ending)
    {
        byte[] line = JsonSerializer.SerializeToUtf8Bytes(message, ControlJson.Default.TraceMessage);
        context.Response.BodyWriter.Write(line);
        context.Response.BodyWriter.Write("\n"u8);
        await context.Response.BodyWriter.FlushAsync(ending).ConfigureAwait(false);
    }

    private static byte[] ParseFrame(string? hex)
    {
        try
        {
            return hex is null ? throw ControlContext.Bad("frame is missing: its octets in hexadecimal") : Convert.FromHexString(hex);
        }
        catch (FormatException)
        {
            throw ControlContext.Bad("frame is not a row of octets in hexadecimal, two digits each");
        }
    }

    private static TraceMessage ToMessage(ForwardingTrace trace) => new(
        trace.Ingress,
        Convert.ToHexStringLower(trace.Frame.Span),
        trace.Length,
        trace.IsHypothetical,
        [.. trace.Steps.Select(s => new TraceStepMessage(
            s.Number, s.Stage, ControlJson.Word(s.Verdict), s.Text, s.Verdict == TraceVerdict.Dropped ? ControlJson.Word(s.Reason) : null, s.Port))],
        [.. trace.SentTo]);
}
