using System.CommandLine;
using VSwitch.Captures.Files;
using VSwitch.Captures.Rewriting;
using VSwitch.Captures.Splitting;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Rewrite;

/// <summary><c>pcap-replay rewrite</c>: another capture of a capture, its frames rewritten.</summary>
internal static class RewriteCommand
{
    internal static Command Create()
    {
        var input = new Option<string>("--infile", "-i") { Description = "The capture: pcap or pcapng, also with gzip; - for standard input.", HelpName = "FILE", Required = true };
        var output = new Option<string>("--outfile", "-o") { Description = "The new capture, of the same format; - for standard output.", HelpName = "FILE", Required = true };
        var cache = new Option<string?>("--cachefile", "-c") { Description = "Split the traffic by a cache of pcap-replay prep, or of tcpprep.", HelpName = "FILE" };
        var dlt = new Option<string?>("--dlt") { Description = "enet: make Ethernet frames of packets of other link types first.", HelpName = "enet" };
        var fragment = new Option<string?>("--fragment") { Description = "Cut packets that are longer than an MTU into fragments, but those that forbid it.", HelpName = "MTU" };
        var command = new Command("rewrite", "Rewrite the frames of a capture: addresses, ports, tags, lengths. The options are those of tcprewrite.") { input, output, cache, dlt, fragment };
        RewriteArguments arguments = RewriteArguments.AddTo(command);
        command.SetAction(parsed =>
        {
            List<string> problems = [];
            RewriteOptions options = arguments.Read(parsed, problems);
            var reading = new OptionReading(parsed, problems);
            int? mtu = reading.Number(fragment, FrameRewriter.MinMtuOctets, 65_535);
            bool converts = reading.Word(dlt, ("enet", true)) ?? false;
            if (options.Endpoints is not null && !reading.Has(cache))
            {
                problems.Add("--endpoints needs to know the sides: make a cache with pcap-replay prep, and name it with --cachefile");
            }

            if (problems.Count > 0)
            {
                throw new UserException(problems);
            }

            (string from, string to) = (parsed.GetValue(input)!, parsed.GetValue(output)!);
            PacketSource.CheckApart(from, to);
            TcpprepCache? sides = parsed.GetValue(cache) is { } file ? ReadCache(file) : null;
            using CaptureReader reader = PacketSource.Open(from);
            using Stream stream = PacketSource.Create(to);
            var job = new RewriteJob(reader, stream, new FrameRewriter(options), mtu is { } m ? new FrameFragmenter(m) : null, sides, converts);
            job.Run();
            return Report(job, from, Console.Error);
        });
        return command;
    }

    /// <exception cref="UserException">It is none, or can't be read.</exception>
    internal static TcpprepCache ReadCache(string path)
    {
        try
        {
            using Stream file = PacketSource.OpenFile(path);
            return TcpprepCache.Read(file);
        }
        catch (FormatException e)
        {
            throw new UserException($"{path}: {e.Message}", e);
        }
    }

    private static int Report(RewriteJob job, string input, TextWriter errors)
    {
        RewriteCounters counters = job.Rewriter.Counters;
        (string What, long Count)[] notes =
        [
            ("of other link types copied as they are: --dlt=enet makes frames of them", job.Copied),
            ("that can't be made Ethernet frames left out", job.Unconverted),
            ("with headers cut or broken rewritten as far as they go", counters.HeaderCut),
            ("too long for what was to be added copied as they are", counters.NoRoom),
            ("left out", counters.Deleted),
            ("not to be fragmented, or not whole, copied whole", job.Fragmenter?.Whole ?? 0),
            ("not in the cache taken for the primary side: it is that of another capture", job.Sides?.Beyond ?? 0),
        ];
        foreach ((string what, long count) in notes.Where(n => n.Count > 0))
        {
            errors.WriteLine($"pcap-replay: {Quantity.Long(count)} packets {what}");
        }

        if (job.Error is { } error)
        {
            errors.WriteLine($"pcap-replay: {Printable.Of($"{input}: {error}")}: what stands in front of it was rewritten");
            return ExitCode.Failed;
        }

        return ExitCode.Done;
    }
}
