using System.CommandLine;
using VSwitch.Terminal;
using VSwitch.Tool.Ask;
using VSwitch.Tool.Control;
using VSwitch.Tool.Control.Messages;
using VSwitch.Tracing;

namespace VSwitch.Tool.Why;

/// <summary><c>vswitch why</c>: what would become of a frame, or what becomes of the next ones, step by step.</summary>
internal static class WhyCommand
{
    internal static Command Create()
    {
        var port = new Option<string?>("--port") { Description = "The port that the frame comes in by; with --next, any if none is named.", HelpName = "PORT" };
        var frame = new FrameOptions();
        var next = new Option<string?>("--next") { Description = "Follow the next N real frames instead.", HelpName = "N" };
        var filter = new Option<string?>("--filter") { Description = "With --next: only those that an expression of tcpdump matches.", HelpName = "EXPRESSION" };
        var timeout = new Option<string?>("--timeout") { Description = "With --next: wait no longer than this. Default: as long as it takes.", HelpName = "TIME" };
        var command = new Command("why", "Why a running switch sends or drops a frame: one that is described, or the next that come.") { port };
        foreach (Option option in frame.All)
        {
            command.Add(option);
        }

        command.Add(next);
        command.Add(filter);
        command.Add(timeout);
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            if (parsed.GetValue(next) is { } count)
            {
                if (frame.IsAny(parsed))
                {
                    throw new UserException("--next follows real frames: leave the description away, or --next");
                }

                var request = new TraceRequestMessage(CheckCount(count), parsed.GetValue(port), parsed.GetValue(filter));
                TimeSpan? patience = CheckTimeout(parsed.GetValue(timeout));
                using ControlClient tracer = ask.Open(parsed);
                return await FollowAsync(tracer, request, patience).ConfigureAwait(false);
            }

            if (parsed.GetValue(filter) is not null || parsed.GetValue(timeout) is not null)
            {
                throw new UserException("--filter and --timeout are for real frames: say --next N, too");
            }

            var explain = new ExplainRequest(
                parsed.GetValue(port) ?? throw new UserException("--port is missing: name the port that the frame comes in by"), Convert.ToHexString(frame.Frame(parsed)));
            using ControlClient client = ask.Open(parsed);
            HttpContent body = ControlClient.Body(explain, ControlJson.Default.ExplainRequest);
            TraceMessage trace = await client.AskAsync(HttpMethod.Post, "v1/explain", body, ControlJson.Default.TraceMessage, TraceText.Lines).ConfigureAwait(false);
            return TraceText.IsDropped(trace) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    /// <returns>Failed when the time was over before a frame came.</returns>
    private static async Task<int> FollowAsync(ControlClient client, TraceRequestMessage request, TimeSpan? patience)
    {
        using var stop = new StopSignal();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        int count = await client.TraceAsync(request, Started, trace => TraceText.Lines(trace).Append(""), end.Token).ConfigureAwait(false);
        if (count < request.Count && !stop.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine($"vswitch: {count} of {request.Count} frames came{(end.IsCancellationRequested ? " in time" : " before the switch ended")}");
        }

        return count == 0 && !stop.Token.IsCancellationRequested ? ExitCode.Failed : ExitCode.Done;

        void Started()
        {
            Console.Error.WriteLine($"vswitch: waiting for {request.Count} frames: Ctrl-C ends it");
            end.CancelAfter(patience ?? Timeout.InfiniteTimeSpan);
        }
    }

    private static int CheckCount(string text) =>
        Quantity.TryParseCount(text, 1, TraceRequest.MaxCount, out int count) ? count : throw new UserException($"--next '{text}' is not a number from 1 to {TraceRequest.MaxCount}");

    private static TimeSpan? CheckTimeout(string? text) =>
        text is null ? null
        : Quantity.TryParseTime(text, out TimeSpan time) && time > TimeSpan.Zero && time <= TimeSpan.FromDays(1) ? time
        : throw new UserException($"--timeout '{text}' is not a time up to 24h, such as 10s");
}
