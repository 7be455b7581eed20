using System.Text;

namespace VSwitch.Tool.Run;

/// <summary>A table that stays in its place on a terminal.</summary>
internal sealed class LiveReporter : IReporter
{
    private const string ClearToEndOfLine = "\e[K";
    private const string ClearToEndOfScreen = "\e[J";

    private const int ScreenColumns = 80; // what a terminal has that does not say
    private const int ScreenRows = 24;

    private int _lines;

    public void Ready() => Console.WriteLine("ready");

    public void Report(StatsSample before, StatsSample now)
    {
        int columns = Console.WindowWidth > 0 ? Console.WindowWidth : ScreenColumns;
        int rows = Math.Max(2, (Console.WindowHeight > 0 ? Console.WindowHeight : ScreenRows) - 2);
        string[] lines = [.. StatsText.Lines(before, now)];
        if (lines.Length > rows)
        {
            lines = [.. lines[..(rows - 1)], $"... {lines.Length - rows + 1} lines more: a larger window shows them"];
        }

        // A line that wraps, or a table that scrolls, would not be where the next one is written over it.
        var text = new StringBuilder(_lines > 0 ? $"\e[{_lines}A" : "");
        foreach (string line in lines)
        {
            text.Append(line.Length < columns ? line : line[..(columns - 1)]).Append(ClearToEndOfLine).Append('\n');
        }

        _lines = lines.Length;

        Console.Write(text.Append(ClearToEndOfScreen));
    }
}
