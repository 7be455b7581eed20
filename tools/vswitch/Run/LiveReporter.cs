using System.Text;

namespace VSwitch.Tool.Run;

/// <summary>A table that stays in its place on a terminal.</summary>
internal sealed class LiveReporter : IReporter
{
    private const string ClearToEndOfLine = "\e[K";
    private const string ClearToEndOfScreen = "\e[J";

    private int _lines;

    public void Ready() => Console.WriteLine("ready");

    public void Report(StatsSample before, StatsSample now)
    {
        var text = new StringBuilder(_lines > 0 ? $"\e[{_lines}A" : "");
        _lines = 0;
        foreach (string line in StatsText.Lines(before, now))
        {
            text.Append(line).Append(ClearToEndOfLine).Append('\n');
            _lines++;
        }

        Console.Write(text.Append(ClearToEndOfScreen));
    }
}
