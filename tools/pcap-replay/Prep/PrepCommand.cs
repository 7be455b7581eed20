using System.CommandLine;
using System.Text;
using VSwitch.Captures.Conversion;
using VSwitch.Captures.Files;
using VSwitch.Captures.Splitting;
using VSwitch.PcapReplay.Rewrite;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Prep;

/// <summary><c>pcap-replay prep</c>: says of every packet of a capture which side sent it, in a cache file of tcpprep's.</summary>
internal static class PrepCommand
{
    internal static Command Create()
    {
        var input = new Option<string?>("--pcap", "-i") { Description = "The capture: pcap or pcapng, also with gzip.", HelpName = "FILE" };
        var output = new Option<string?>("--cachefile", "-o") { Description = "The cache to write.", HelpName = "FILE" };
        var comment = new Option<string?>("--comment", "-C") { Description = "Put a comment into the cache.", HelpName = "TEXT" };
        var noArguments = new Option<bool>("--no-arg-comment") { Description = "Put no command line into the cache." };
        var info = new Option<string?>("--print-info", "-I") { Description = "Print the verdicts of a cache, and end.", HelpName = "FILE" };
        var printComment = new Option<string?>("--print-comment", "-P") { Description = "Print the comment of a cache, and end.", HelpName = "FILE" };
        var stats = new Option<string?>("--print-stats", "-S") { Description = "Print how many packets of a cache go which way, and end.", HelpName = "FILE" };
        var command = new Command("prep", "Split the traffic of a capture in two sides, client and server. The options, and the file, are those of tcpprep.")
        {
            input, output, comment, noArguments, info, printComment, stats,
        };
        SplitArguments arguments = SplitArguments.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(info) is { } shown)
            {
                return CacheText.PrintInfo(RewriteCommand.ReadCache(shown), Console.Out);
            }

            if (parsed.GetValue(printComment) is { } said)
            {
                return CacheText.PrintComment(RewriteCommand.ReadCache(said), Console.Out);
            }

            if (parsed.GetValue(stats) is { } counted)
            {
                return CacheText.PrintStats(RewriteCommand.ReadCache(counted), Console.Out);
            }

            List<string> problems = [];
            SplitPlan? plan = arguments.Read(parsed, problems);
            string? from = parsed.GetValue(input), to = parsed.GetValue(output);
            if (from is null)
            {
                problems.Add("--pcap is missing: name the capture");
            }

            if (to is null)
            {
                problems.Add("--cachefile is missing: name the cache that is to be written");
            }

            string words = $"{(parsed.GetValue(noArguments) ? "" : string.Join(' ', parsed.Tokens.Skip(1).Select(t => t.Value)))}{(parsed.GetValue(comment) is { } text ? $"\n{text}" : "")}";
            if (Encoding.UTF8.GetByteCount(words) > TcpprepCache.MaxComment)
            {
                problems.Add($"--comment: it has place for {TcpprepCache.MaxComment} octets, command line included: say less");
            }

            if (from == "-" && plan?.Mode is not null)
            {
                problems.Add("--auto reads the capture twice, standard input can't be: write it to a file first");
            }

            if (problems.Count > 0)
            {
                throw new UserException(problems);
            }

            PacketSource.CheckApart(from!, to!);
            return Run(plan!, from!, to!, words);
        });
        return command;
    }

    private static int Run(SplitPlan plan, string from, string to, string comment)
    {
        HostRoles? roles = plan.Mode is null ? null : new HostRoles();
        if (roles is not null)
        {
            Walk(from, (_, _, frame) => roles.Observe(frame));
        }

        ISplitter splitter = plan.Finish(roles);
        var cache = new TcpprepCache { Comment = comment };
        CaptureError? error = Walk(from, (number, at, frame) => cache.Add(splitter.SideOf(number, at, frame)));
        using (Stream file = PacketSource.Create(to))
        {
            cache.Write(file);
        }

        if (roles?.Forgotten > 0)
        {
            Console.Error.WriteLine($"pcap-replay: more than {Quantity.Long(HostRoles.MaxHosts)} hosts: the others were not judged: split by --cidr or --port");
        }

        if (error is not null)
        {
            Console.Error.WriteLine($"pcap-replay: {Printable.Of($"{from}: {error}")}: the cache is for what stands in front of it");
            return ExitCode.Failed;
        }

        return ExitCode.Done;
    }

    // Packets of other link types count, as what is not IP where no frame can be made of them: the numbers of a cache are those of the capture.
    private static CaptureError? Walk(string path, PacketAction action)
    {
        using CaptureReader reader = PacketSource.Open(path);
        byte[] buffer = new byte[Captures.Rewriting.FrameRewriter.BufferOctets];
        var converter = new LinkTypeConverter();
        while (reader.TryRead(out CapturedPacket packet))
        {
            ReadOnlySpan<byte> frame = packet.Octets;
            if (packet.Interface.LinkType != LinkType.Ethernet)
            {
                frame = buffer.AsSpan(0, converter.Convert(packet.Interface.LinkType, packet.Octets, buffer).Length);
            }

            action(reader.PacketCount, packet.Interface.Index, frame);
        }

        return reader.Error;
    }

    private delegate void PacketAction(long number, int interfaceIndex, ReadOnlySpan<byte> frame);
}
