using System.Globalization;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Info;

/// <summary>A summary as people read it.</summary>
internal static class InfoText
{
    private const int MaxInterfaces = 64;
    private const int MaxComments = 16;
    private const int Label = 14;

    /// <summary>A block of lines. What comes from the file is made fit for a terminal.</summary>
    internal static IEnumerable<string> Lines(CaptureSummary summary)
    {
        yield return Line("file", summary.File);
        yield return Line("format", summary.Format is null ? "not a capture" : Format(summary));
        yield return Line("packets", Quantity.Long(summary.Packets) + Remarks(summary));
        yield return Line("link types", summary.LinkTypes.Count == 0 ? "none" : string.Join(", ", summary.LinkTypes));
        yield return Line("octets", $"{Quantity.Long(summary.Captured)} captured, {Quantity.Long(summary.Original)} on the wire");
        yield return Line("first", summary.First is { } first ? UtcTime.Of(first) : "none");
        yield return Line("last", summary.Last is { } last ? UtcTime.Of(last) : "none");
        if (summary.Duration is { } duration)
        {
            yield return Line("duration", duration.ToString("0.000000000 's'", CultureInfo.InvariantCulture));
            if (duration > 0)
            {
                (double packets, double bits) = (summary.Packets / (double)duration, summary.Original * 8 / (double)duration);
                yield return Line("rate", $"{Quantity.Short(packets)} packets/s, {Quantity.Short(bits)}bit/s");
            }

            yield return Line("time order", summary.Backward == 0 ? "strict" : $"not strict, {Quantity.Long(summary.Backward)} earlier than the one before");
        }

        foreach (string comment in Few(summary.Comments, MaxComments, "comments"))
        {
            yield return Line("comment", comment);
        }

        if (summary.OmittedTexts > 0)
        {
            yield return Line("left out", $"{Quantity.Long(summary.OmittedTexts)} names, comments or sets of options: they are too much to keep");
        }

        foreach (string line in Interfaces(summary.Interfaces))
        {
            yield return line;
        }

        if (summary.Error is { } error)
        {
            yield return Line("error", error.ToString());
        }
    }

    private static string Format(CaptureSummary summary) =>
        $"{summary.Format}, {(summary.IsBigEndian ? "big-endian" : "little-endian")}, {(summary.IsCompressed ? "compressed with gzip" : "not compressed")}";

    private static string Remarks(CaptureSummary summary)
    {
        (ulong Count, string Text)[] remarks =
        [
            ((ulong)summary.Snapped, "cut short"), ((ulong)summary.Timeless, "without a time"),
            ((ulong)summary.Commented, "with comments"), (summary.Dropped, "more were lost"),
        ];
        return string.Concat(remarks.Where(r => r.Count > 0).Select(r => string.Create(CultureInfo.InvariantCulture, $", {r.Count:N0} {r.Text}")));
    }

    private static IEnumerable<string> Interfaces(IReadOnlyList<InterfaceSummary> interfaces)
    {
        if (interfaces.Count == 0)
        {
            yield break;
        }

        var table = new TextTable("interface", "name", "link type", "snap length", "unit", "packets") { Left = [1, 2] };
        foreach (InterfaceSummary summary in interfaces.Take(MaxInterfaces))
        {
            table.Add(
                Number(summary.Interface.Index), Printable.Of(summary.Interface.Name ?? "-"), Captures.Files.LinkTypeNames.Of(summary.Interface.LinkType),
                summary.Interface.SnapLength == 0 ? "no limit" : Number(summary.Interface.SnapLength), summary.Unit, Quantity.Long(summary.Packets));
        }

        foreach (string line in table.Lines())
        {
            yield return $"  {line}";
        }

        foreach (InterfaceSummary summary in interfaces.Take(MaxInterfaces))
        {
            foreach (string line in Texts(summary))
            {
                yield return $"  interface {Number(summary.Interface.Index)}: {Printable.Of(line)}";
            }
        }

        if (interfaces.Count > MaxInterfaces)
        {
            yield return $"  and {Quantity.Long(interfaces.Count - MaxInterfaces)} more interfaces: --json has them";
        }
    }

    private static IEnumerable<string> Texts(InterfaceSummary summary)
    {
        if (summary.Interface.Description is { } description)
        {
            yield return description;
        }

        if (summary.Interface.Filter is { } filter)
        {
            yield return $"filter {filter}";
        }

        foreach (string comment in Few(summary.Interface.Comments, MaxComments, "comments"))
        {
            yield return $"comment {comment}";
        }
    }

    private static IEnumerable<string> Few(IReadOnlyList<string> texts, int limit, string what) =>
        texts.Count <= limit ? texts : [.. texts.Take(limit), $"and {Quantity.Long(texts.Count - limit)} more {what}: --json has them"];

    private static string Line(string label, string text) => label.PadRight(Label) + Printable.Of(text);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
