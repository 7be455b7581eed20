using VSwitch.Captures.Splitting;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Prep;

/// <summary>Prints cache files, in tcpprep's words.</summary>
internal static class CacheText
{
    internal static int PrintInfo(TcpprepCache cache, TextWriter output)
    {
        PrintComment(cache, output);
        output.WriteLine($"Cache contains data for {cache.Count} packets");
        for (long number = 1; number <= cache.Count; number++)
        {
            string verdict = cache.SideOf(number) switch { TrafficSide.Primary => "Primary", TrafficSide.Secondary => "Secondary", _ => "Don't Send" };
            output.WriteLine($"Packet {number} -> {verdict}");
        }

        return ExitCode.Done;
    }

    internal static int PrintComment(TcpprepCache cache, TextWriter output)
    {
        string[] lines = cache.Comment.Split('\n');
        output.WriteLine($"tcpprep args: {Printable.Of(lines[0])}");
        foreach (string line in lines.Skip(1))
        {
            output.WriteLine(Printable.Of(line));
        }

        return ExitCode.Done;
    }

    internal static int PrintStats(TcpprepCache cache, TextWriter output)
    {
        var counts = new long[3];
        for (long number = 1; number <= cache.Count; number++)
        {
            counts[(int)cache.SideOf(number)]++;
        }

        output.WriteLine($"Primary packets:\t{counts[(int)TrafficSide.Primary]}");
        output.WriteLine($"Secondary packets:\t{counts[(int)TrafficSide.Secondary]}");
        output.WriteLine($"Skipped packets:\t{counts[(int)TrafficSide.Skip]}");
        output.WriteLine("------------------------------");
        output.WriteLine($"Total packets:\t\t{cache.Count}");
        return ExitCode.Done;
    }
}
