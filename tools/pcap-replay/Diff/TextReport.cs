using VSwitch.Captures.Comparing;
using VSwitch.Captures.Files;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Diff;

/// <summary>The report for people: each flow with its packets, then a line that sums up.</summary>
internal static class TextReport
{
    internal static IEnumerable<string> Lines(CaptureComparison comparison, string[] files)
    {
        foreach (var flow in comparison.Differences.GroupBy(d => (d.Flow, Interface: (d.Expected ?? d.Actual)!.Interface.Name)))
        {
            yield return Printable.Of(flow.Key.Interface is { } name ? $"{flow.Key.Flow} ({name})" : flow.Key.Flow);
            foreach (PacketDifference difference in flow)
            {
                yield return Printable.Of($"  {Line(difference)}");
            }
        }

        long differing = comparison.Changed + comparison.Missing + comparison.Unexpected + comparison.Moved;
        if (differing > comparison.Differences.Count)
        {
            yield return $"... and {Quantity.Long(differing - comparison.Differences.Count)} more: --max lists them, -w FILE writes them all";
        }

        foreach ((CaptureError? error, string file) in new[] { (comparison.ExpectedError, files[0]), (comparison.ActualError, files[1]) })
        {
            if (error is not null)
            {
                yield return Printable.Of($"{file}: broken behind its last packet: {error}");
            }
        }

        if (!comparison.IsComplete)
        {
            yield return $"the captures are too far apart: ended behind packets {Quantity.Long(comparison.ExpectedCount)} and {Quantity.Long(comparison.ActualCount)}: "
                + "give more --memory, or sort them by time";
        }

        yield return Summary(comparison);
    }

    private static string Line(PacketDifference difference) => difference.Kind switch
    {
        DifferenceKind.Missing => $"- {difference.Expected!.Number}: {difference.Text}",
        DifferenceKind.Unexpected => $"+ {difference.Actual!.Number}: {difference.Text}",
        DifferenceKind.Moved => $"^ {Numbers(difference)}: {difference.Text}",
        _ => $"! {Numbers(difference)}: {difference.Text}",
    };

    private static string Numbers(PacketDifference difference) =>
        difference.Expected!.Number == difference.Actual!.Number ? $"{difference.Expected.Number}" : $"{difference.Expected.Number} -> {difference.Actual.Number}";

    private static string Summary(CaptureComparison comparison)
    {
        string reordered = comparison.Reordered > 0 ? $" ({Quantity.Long(comparison.Reordered)} reordered)" : "";
        string counts = comparison.ExpectedCount == comparison.ActualCount
            ? $"{Quantity.Long(comparison.ExpectedCount)} packets"
            : $"{Quantity.Long(comparison.ExpectedCount)} and {Quantity.Long(comparison.ActualCount)} packets";
        return comparison.IsEqual
            ? $"equal: {counts}{reordered}"
            : $"different: {counts}: {Quantity.Long(comparison.Matched)} matched{reordered}, {Quantity.Long(comparison.Changed)} changed, "
                + $"{Quantity.Long(comparison.Missing)} missing, {Quantity.Long(comparison.Unexpected)} unexpected, {Quantity.Long(comparison.Moved)} moved";
    }
}
