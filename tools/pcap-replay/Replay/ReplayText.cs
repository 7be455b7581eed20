using System.Globalization;
using System.Text.Json;
using VSwitch.Captures.Replaying;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Replay;

/// <summary>The report in words, and as JSON.</summary>
internal static class ReplayText
{
    internal static string Progress(ReplayReport report) =>
        $"sent {Quantity.Long(report.Sent)} of {Quantity.Long(report.Attempted)} frames in {Seconds(report.Duration)}: "
        + $"{Quantity.Short(report.PacketRate)} packets/s, {Quantity.Short(report.MegabitRate * 1e6)}bit/s";

    internal static string Lines(ReplayReport report, bool isQuiet)
    {
        var lines = new List<string>();
        if (!isQuiet)
        {
            lines.AddRange(report.Broken.Select(b => $"not read to its end: {Printable.Of(b)}"));
            Add(report.Cut, "packets were captured in part, and sent so");
            Add(report.Converted, "packets got an Ethernet header");
            Add(report.SuperFrames, "super-frames were cut into segments that fit the MTU");
            Add(report.Skipped, "packets were not to be sent");
            Add(report.Retries, "times an interface had no room and was asked again");
            lines.AddRange(report.Interfaces.Where(_ => report.Interfaces.Count > 1).Select(i => $"{Printable.Of(i.Name)}: {Quantity.Long(i.Sent)} frames"));
        }

        if (report.Ended is { } ended)
        {
            lines.Add($"ended early: {Printable.Of(ended)}");
        }

        lines.AddRange(report.Failures.Select(f => $"failed: {Quantity.Long(f.Value)} {Reason(f.Key)}"));
        lines.Add(
            $"sent {Quantity.Long(report.Sent)} of {Quantity.Long(report.Attempted)} frames, {Quantity.Long(report.Failed)} failed, "
            + $"{Quantity.Long(report.Octets)} octets in {Seconds(report.Duration)}");
        lines.Add(string.Create(
            CultureInfo.InvariantCulture, $"rate {report.PacketRate:N0} packets/s, {report.MegabitRate:N2} Mbit/s; {report.Loops} loop{(report.Loops == 1 ? "" : "s")}"));
        if (report.Timing is { } timing)
        {
            lines.Add(
                $"timing error p50 {Micro(timing.Median)}, p99 {Micro(timing.P99)}, max {Micro(timing.Max)}; {Quantity.Long(timing.Late)} later than 1 ms");
        }

        return string.Join('\n', lines);

        void Add(long count, string what)
        {
            if (count > 0)
            {
                lines.Add($"{Quantity.Long(count)} {what}");
            }
        }
    }

    internal static string Json(ReplayReport report) => JsonText.Object(json =>
    {
        json.WriteNumber("attempted", report.Attempted);
        json.WriteNumber("sent", report.Sent);
        json.WriteNumber("failed", report.Failed);
        json.WriteStartObject("failures");
        foreach ((ReplayFailure failure, long count) in report.Failures)
        {
            json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(failure.ToString()), count);
        }

        json.WriteEndObject();
        json.WriteNumber("octets", report.Octets);
        json.WriteNumber("seconds", report.Duration.TotalSeconds);
        json.WriteNumber("packetRate", report.PacketRate);
        json.WriteNumber("megabitRate", report.MegabitRate);
        json.WriteNumber("loops", report.Loops);
        json.WriteNumber("skipped", report.Skipped);
        json.WriteNumber("cut", report.Cut);
        json.WriteNumber("converted", report.Converted);
        json.WriteNumber("superFrames", report.SuperFrames);
        json.WriteNumber("retries", report.Retries);
        WriteTiming(json, report.Timing);
        json.WriteStartObject("interfaces");
        foreach ((string name, long sent) in report.Interfaces)
        {
            json.WriteNumber(name, sent);
        }

        json.WriteEndObject();
        json.WriteStartArray("broken");
        foreach (string broken in report.Broken)
        {
            json.WriteStringValue(broken);
        }

        json.WriteEndArray();
        json.WriteString("ended", report.Ended);
    });

    private static void WriteTiming(Utf8JsonWriter json, ReplayTiming? timing)
    {
        if (timing is null)
        {
            json.WriteNull("timingErrorNanoseconds");
            return;
        }

        json.WriteStartObject("timingErrorNanoseconds");
        json.WriteNumber("p50", timing.Median);
        json.WriteNumber("p99", timing.P99);
        json.WriteNumber("max", timing.Max);
        json.WriteNumber("laterThanMillisecond", timing.Late);
        json.WriteEndObject();
    }

    private static string Reason(ReplayFailure failure) => failure switch
    {
        ReplayFailure.LinkType => "of a link type that can't be made Ethernet frames",
        ReplayFailure.Runt => "shorter than an Ethernet header",
        ReplayFailure.Oversize => "longer than the interface's MTU: raise it, or cut them (editcap -s)",
        ReplayFailure.TooLong => "longer than any frame",
        ReplayFailure.LinkDown => "while the interface was down: ip link set IFACE up",
        ReplayFailure.Full => "for which the interface had no room within a second",
        _ => "that the kernel refused",
    };

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F6} s");

    private static string Micro(long nanoseconds) => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1000.0:F1} us");
}
