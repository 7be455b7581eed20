using System.CommandLine;
using VSwitch.Captures.Files;
using VSwitch.Captures.Recording;
using VSwitch.Capturing;
using VSwitch.Terminal;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Capturing;

/// <summary>The options of <c>vswitch capture</c>: tcpdump's, where it has one.</summary>
internal sealed class CaptureOptions
{
    private const int MaxFiles = 1_000_000;
    private const long MillionOctets = 1_000_000;

    private readonly Option<string[]> _port = new("--interface", "-i") { Description = "A port of the switch, present or to come; repeatable. Default: all.", HelpName = "PORT" };
    private readonly Option<string> _direction = new("--direction", "-Q")
    {
        Description = "As the switch sees it: in, what it receives; out, what it sends.", HelpName = "in|out|inout", DefaultValueFactory = _ => "inout",
    };

    private readonly Option<string?> _vlans = new("--vlan") { Description = "Only these VLANs, as the switch has put frames into them: 10+20-30.", HelpName = "VIDS" };
    private readonly Option<bool> _dropped = new("--dropped") { Description = "Only frames that were dropped, with the reason as a comment." };
    private readonly Option<bool> _kept = new("--kept") { Description = "Not what comes, but what run --keep has in memory." };
    private readonly Option<string?> _snapLength = new("--snapshot-length", "-s") { Description = "Octets of a frame that are kept. Default: all.", HelpName = "N" };
    private readonly Option<string?> _buffer = new("--buffer-size", "-B") { Description = "KiB that wait for this command in the switch at most, 256 to 1048576. Default: 16384.", HelpName = "KIB" };
    private readonly Option<string?> _count = new("-c") { Description = "End after N packets.", HelpName = "N" };
    private readonly Option<string> _file = new("-w") { Description = "The file, or - for standard output. pcapng, with all ports and comments; .pcap: classic, one kind of port only.", HelpName = "FILE", Required = true };
    private readonly Option<string?> _size = new("-C") { Description = "The next file after so many million octets (or 64k, 10M, 1G).", HelpName = "SIZE" };
    private readonly Option<string?> _seconds = new("-G") { Description = "The next file after so many seconds; FILE has a time in it, such as a-%H%M%S.pcapng, in UTC.", HelpName = "SECONDS" };
    private readonly Option<string?> _files = new("-W") { Description = "So many files: with -C the oldest is overwritten then, with -G the capture ends.", HelpName = "N" };
    private readonly Argument<string[]> _filter = new("expression") { Description = "Only frames that an expression of tcpdump matches.", Arity = ArgumentArity.ZeroOrMore };

    internal void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _file, _port, _direction, _vlans, _dropped, _kept, _snapLength, _buffer, _count, _size, _seconds, _files })
        {
            command.Add(option);
        }

        command.Add(_filter);
    }

    /// <exception cref="UserException">With all that is wrong.</exception>
    internal CaptureWishes Read(ParseResult parsed)
    {
        var problems = new List<string>();
        string path = parsed.GetValue(_file)!;
        Require(path.Length > 0, "-w is empty: write the path of a file, or -");
        Require(path != "-" || Console.IsOutputRedirected, "-w - would fill the terminal: pipe it, as in vswitch capture -w - | tshark -r -, or name a file");
        string direction = parsed.GetValue(_direction)!;
        Require(direction is "in" or "out" or "inout", $"-Q '{direction}' is not one of in, out, inout");
        int snapLength = Number(_snapLength, "-s", 1, CaptureRequest.DefaultSnapLength) ?? 0;
        int? buffer = Number(_buffer, "-B", CaptureRequest.MinBufferOctets >> 10, CaptureRequest.MaxBufferOctets >> 10);
        int? count = Number(_count, "-c", 1, int.MaxValue);
        int? seconds = Number(_seconds, "-G", 1, int.MaxValue / 1000);
        int? files = Number(_files, "-W", 1, MaxFiles);
        long? size = Size(parsed.GetValue(_size));
        Require(files is null || size is not null || seconds is not null, "-W is how many files -C or -G make: say one of them, too");
        Require(path != "-" || (size ?? seconds) is null, "-C and -G make files: -w - is a pipe");
        if (problems.Count > 0)
        {
            throw new UserException(problems);
        }

        var request = new CaptureRequestMessage(
            parsed.GetValue(_port), direction == "inout" ? "both" : direction, parsed.GetValue(_vlans), string.Join(' ', parsed.GetValue(_filter)!), snapLength,
            parsed.GetValue(_dropped), (buffer ?? 0) << 10, parsed.GetValue(_kept));
        var file = new CaptureFileOptions
        {
            Path = path,
            Format = path.EndsWith(".pcap", StringComparison.Ordinal) ? CaptureFormat.NanosecondPcap : CaptureFormat.Pcapng,
            MaxOctets = size,
            MaxAge = seconds is { } s ? TimeSpan.FromSeconds(s) : null,
            MaxFiles = files,
        };
        return new CaptureWishes(request, file, count);

        int? Number(Option<string?> option, string name, int min, int max)
        {
            string? text = parsed.GetValue(option);
            if (text is null)
            {
                return null;
            }

            Require(Quantity.TryParseCount(text, min, max, out int number), $"{name} '{text}' is not a number from {min} to {max}");
            return number;
        }

        // A number alone counts millions, as with tcpdump.
        long? Size(string? text)
        {
            if (text is null)
            {
                return null;
            }

            bool isMillions = Quantity.TryParseCount(text, 1, 1_000_000, out int millions);
            long octets = millions * MillionOctets;
            Require(isMillions || Quantity.TryParseOctets(text, 4096, long.MaxValue / 2, out octets), $"-C '{text}' is not a size, such as 10 (million octets) or 64k");
            return octets;
        }

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }
}
