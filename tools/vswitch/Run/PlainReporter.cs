namespace VSwitch.Tool.Run;

/// <summary>Lines for a file or a pipe, a blank one behind each table.</summary>
internal sealed class PlainReporter : IReporter
{
    public void Ready() => Console.WriteLine("ready");

    public void Report(StatsSample before, StatsSample now)
    {
        foreach (string line in StatsText.Lines(before, now))
        {
            Console.WriteLine(line);
        }

        Console.WriteLine();
    }
}
