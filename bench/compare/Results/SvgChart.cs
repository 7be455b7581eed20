using System.Globalization;
using System.Net;
using System.Text;
using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Results;

/// <summary>A bar chart: a panel for each figure that is drawn, a bar for each subject. Source: Scalable Vector Graphics 1.1 (W3C).</summary>
/// <remarks>It follows the reader's light or dark background where the viewer knows which, and is light where it does not.</remarks>
internal static class SvgChart
{
    private const int Columns = 2;
    private const int PanelWidth = 460;
    private const int LabelLetter = 7; // about the width of one
    private const int MostLabelWidth = 140;
    private const int ValueWidth = 60; // right of the longest bar
    private const int BarHeight = 16;
    private const int BarStep = 20;
    private const int TitleHeight = 26;
    private const int AxisHeight = 24;
    private const int PanelGap = 14;
    private const int Margin = 16;
    private const int HeaderHeight = 34;
    private const int FooterHeight = 40;
    private const int Ticks = 4;

    private const string Style = """
        text { font: 12px system-ui, sans-serif; fill: #1f2328; }
        .title { font-weight: 600; font-size: 13px; }
        .note { fill: #59636e; font-size: 11px; }
        .own { font-weight: 600; }
        .value { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }
        .paper { fill: #ffffff; }
        .axis { stroke: #818b98; stroke-width: 1; }
        .grid { stroke: #d1d9e0; stroke-width: 1; }
        .bar { fill: #8c959f; }
        .mine { fill: #0969da; }
        .spread { stroke: #1f2328; stroke-width: 1; }
        @media (prefers-color-scheme: dark) {
          text { fill: #e6edf3; }
          .note { fill: #9198a1; }
          .value { stroke: #0d1117; }
          .paper { fill: #0d1117; }
          .axis { stroke: #656c76; }
          .grid { stroke: #30363d; }
          .bar { fill: #6e7681; }
          .mine { fill: #4493f8; }
          .spread { stroke: #e6edf3; }
        }
        """;

    public static string Draw(BenchRun run)
    {
        (MeasureResult Result, int Figure)[] panels =
        [
            .. from result in run.Results
               from figure in Enumerable.Range(0, result.Measure.Figures.Count)
               where result.Measure.Figures[figure].Chart is not null && run.Subjects.Any(subject => double.IsFinite(result.Median(subject, figure)))
               select (result, figure),
        ];
        int panelHeight = TitleHeight + (BarStep * run.Subjects.Count) + AxisHeight + PanelGap;
        int rows = (panels.Length + Columns - 1) / Columns;
        int width = (2 * Margin) + (Columns * PanelWidth);
        int height = HeaderHeight + (rows * panelHeight) + FooterHeight;
        var svg = new StringBuilder();
        string who = Escape(string.Join(", ", run.Subjects.Select(subject => subject.Name)));
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">
            <title>The same work through {who}</title>
            <style>
            {Style}
            </style>
            <rect class="paper" width="{width}" height="{height}"/>

            """);
        Text(svg, Margin, 22, "title", "start", run.Options.Rounds == 1
            ? $"The same work through each: one run of {run.Options.Slice.TotalSeconds} s"
            : $"The same work through each: medians of {run.Options.Rounds} runs of {run.Options.Slice.TotalSeconds} s, lines from the least to the greatest");
        for (int i = 0; i < panels.Length; i++)
        {
            DrawPanel(svg, run, panels[i].Result, panels[i].Figure, Margin + (i % Columns * PanelWidth), HeaderHeight + (i / Columns * panelHeight));
        }

        Text(svg, Margin, height - FooterHeight + 16, "note", "start", run.Machine);
        Text(svg, Margin, height - FooterHeight + 32, "note", "start", string.Create(
            CultureInfo.InvariantCulture, $"bench/compare, {run.Date:O}, load average {run.Load}. Only figures of one run are comparable."));
        return svg.Append("</svg>\n").ToString();
    }

    private static void DrawPanel(StringBuilder svg, BenchRun run, MeasureResult result, int figure, int left, int top)
    {
        string title = $"{result.Measure.Figures[figure].Chart} ({(result.Measure.Figures[figure].LessIsBetter ? "less" : "more")} is better)";
        double[] medians = [.. run.Subjects.Select(subject => result.Median(subject, figure))];
        double step = TickStep(run.Subjects.Select(subject => result.Range(subject, figure).Greatest).Where(double.IsFinite).Max());
        int labels = Math.Min(MostLabelWidth, LabelLetter * run.Subjects.Max(subject => subject.Name.Length) + 10);
        double scale = (PanelWidth - labels - ValueWidth - PanelGap) / (step * Ticks);
        (int axis, int bottom) = (left + labels, top + TitleHeight + (BarStep * run.Subjects.Count));
        Text(svg, left, top + 17, "title", "start", title);
        for (int tick = 0; tick <= Ticks; tick++)
        {
            double x = axis + (tick * step * scale);
            DrawLine(svg, tick == 0 ? "axis" : "grid", (x, top + TitleHeight), (x, bottom));
            Text(svg, x, bottom + 15, "note", "middle", Short(tick * step));
        }

        for (int i = 0; i < medians.Length; i++)
        {
            Subject subject = run.Subjects[i];
            int y = top + TitleHeight + (i * BarStep);
            Text(svg, axis - 6, y + 14, IsMine(subject) ? "own" : "label", "end", subject.Name);
            if (double.IsFinite(medians[i]))
            {
                DrawBar(svg, axis, y + ((BarStep - BarHeight) / 2), medians[i], result.Range(subject, figure), scale, IsMine(subject));
            }
            else
            {
                Text(svg, axis + 6, y + 14, "note", "start", result.Skipped.ContainsKey(subject.Name) ? "can't" : "not measured");
            }
        }
    }

    private static void DrawBar(StringBuilder svg, int axis, int y, double median, (double Least, double Greatest) range, double scale, bool mine)
    {
        double length = Math.Max(1, median * scale);
        string kind = mine ? "mine" : "bar";
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"{kind}\" x=\"{axis}\" y=\"{y}\" width=\"{length:0.#}\" height=\"{BarHeight}\" rx=\"2\"/>\n");
        if (range.Greatest > range.Least)
        {
            double middle = y + (BarHeight / 2.0);
            DrawLine(svg, "spread", (axis + (range.Least * scale), middle), (axis + (range.Greatest * scale), middle));
        }

        Text(svg, axis + Math.Max(length, range.Greatest * scale) + 5, y + 12, mine ? "value own" : "value", "start", Short(median));
    }

    private static bool IsMine(Subject subject) => subject.Name.StartsWith("vswitch", StringComparison.Ordinal);

    /// <summary>The distance of ticks, 1, 2, 2.5 or 5 times a power of ten, so that the axis holds the greatest value.</summary>
    private static double TickStep(double greatest)
    {
        double least = Math.Max(greatest, 1e-9) / Ticks;
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * new[] { 1, 2, 2.5, 5, 10 }.First(factor => power * factor >= least * 0.999999);
    }

    private static string Short(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e12 => value.ToString("0.##e0", CultureInfo.InvariantCulture),
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 1e4 => (value / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + " k",
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    private static void DrawLine(StringBuilder svg, string kind, (double X, double Y) from, (double X, double Y) to) => svg.Append(
        CultureInfo.InvariantCulture, $"<line class=\"{kind}\" x1=\"{from.X:0.#}\" y1=\"{from.Y:0.#}\" x2=\"{to.X:0.#}\" y2=\"{to.Y:0.#}\"/>\n");

    private static void Text(StringBuilder svg, double x, double y, string kind, string anchor, string text) => svg.Append(
        CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{Escape(text)}</text>\n");

    // XML knows no control characters, not even escaped. Source: Extensible Markup Language 1.0 (W3C), production 2.
    private static string Escape(string text) => WebUtility.HtmlEncode(string.Concat(
        text.EnumerateRunes().Select(rune => rune.Value is < 0x20 and not (0x9 or 0xa or 0xd) or 0xfffe or 0xffff ? Rune.ReplacementChar : rune)));
}
