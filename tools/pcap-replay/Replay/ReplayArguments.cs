using System.CommandLine;
using System.Globalization;
using VSwitch.Captures.Replaying;
using VSwitch.Captures.Rewriting;
using VSwitch.PcapReplay.Rewrite;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Replay;

/// <summary>The options of the replay, and what is wrong with them.</summary>
internal sealed class ReplayArguments
{
    private readonly Argument<string[]> _files = new("FILE")
    {
        Description = "Captures, pcap or pcapng, also compressed with gzip; replayed one after the other.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _first = Text(
        "--intf1", "-i", "IFACE", "The interface to send by: NAME, NAME@NETNS, or tap:NAME[,netns=NETNS] to send into the kernel by a TAP.");

    private readonly Option<string?> _second = Text("--intf2", "-I", "IFACE", "The second interface, with --cachefile or --by-interface.");
    private readonly Option<string?> _cache = Text("--cachefile", "-c", "FILE", "Which packet goes to which interface, as tcpprep wrote it.");
    private readonly Option<bool> _byInterface = Flag("--by-interface", "Packets of a pcapng file's first interface go to --intf1, those of all others to --intf2.");
    private readonly Option<string?> _out = Text("--outfile", "-w", "FILE", "Write to a file instead, pcap or pcapng by its suffix, with the times at which frames were due.");
    private readonly Option<string?> _multiplier = Text("--multiplier", "-x", "X", "So many times as fast as captured. Default: 1.");
    private readonly Option<string?> _pps = Text("--pps", "-p", "N", "So many frames a second; fractions too.");
    private readonly Option<string?> _burst = Text("--pps-multi", null, "N", "Frames that go together, with --pps.");
    private readonly Option<string?> _mbps = Text("--mbps", "-M", "X", "So many megabits a second, of frames without preamble and FCS.");
    private readonly Option<bool> _top = Flag("--topspeed", "As fast as possible.", "-t");
    private readonly Option<bool> _steps = Flag("--oneatatime", "Frame by frame, each when Enter is pressed.", "-o");
    private readonly Option<string?> _maxSleep = Text("--maxsleep", null, "MS", "Gaps of the capture are no longer than this.");
    private readonly Option<string?> _loop = Text("--loop", "-l", "N", "Replay so often; 0 until stopped. Default: 1.");
    private readonly Option<string?> _loopDelay = Text("--loopdelay-ms", null, "MS", "Wait between loops.");
    private readonly Option<bool> _unique = Flag("--unique-ip", "Other addresses in each loop; checksums stay as right as they were.");
    private readonly Option<string?> _uniqueLoops = Text("--unique-ip-loops", null, "N", "Loops that share their addresses, with --unique-ip.");
    private readonly Option<bool> _preload = Flag("--preload-pcap", "All frames in memory before the first is sent.", "-K");
    private readonly Option<string?> _limit = Text("--limit", "-L", "N", "Send so many packets at most.");
    private readonly Option<string?> _duration = Text("--duration", null, "S", "End after so many seconds.");
    private readonly Option<string?> _stats = Text("--stats", null, "S", "Say every so many seconds how far it is.");
    private readonly Option<bool> _noResegment = Flag("--no-resegment", "Frames longer than the MTU are not cut into segments, but refused and counted.");
    private readonly Option<bool> _noSpin = Flag("--no-spin", "Sleep only: next to no processor time, and moments to about 0.1 ms.");
    private readonly Option<bool> _bypass = Flag("--qdisc-bypass", "Past the interface's traffic control: faster, and tc and netem do not see the frames.");
    private readonly Option<bool> _quiet = Flag("--quiet", "Only the last lines.", "-q");
    private readonly Option<bool> _json = Flag("--json", "The report is a JSON object.");
    private readonly Option<bool> _flowStats = new("--no-flow-stats") { Hidden = true }; // of tcpreplay: there are none

    private RewriteArguments? _rewriting;

    internal void AddTo(Command command)
    {
        command.Add(_files);
        foreach (Option option in (Option[])[
            _first, _second, _cache, _byInterface, _out, _multiplier, _pps, _burst, _mbps, _top, _steps, _maxSleep, _loop, _loopDelay, _unique, _uniqueLoops,
            _preload, _limit, _duration, _stats, _noResegment, _noSpin, _bypass, _quiet, _json, _flowStats, .. RefusedOptions.Create()])
        {
            command.Add(option);
        }

        _rewriting = RewriteArguments.AddTo(command, hasShortNames: false); // as tcpreplay-edit: the letters are the replay's own
    }

    internal ReplayWishes Read(ParseResult parsed)
    {
        var problems = new List<string>();
        string[] files = parsed.GetValue(_files) ?? [];
        string? outFile = parsed.GetValue(_out);
        bool splits = parsed.GetValue(_cache) is not null || parsed.GetValue(_byInterface);
        List<TargetSpec> targets = [];
        foreach (Option<string?> option in (Option<string?>[])[_first, _second])
        {
            if (parsed.GetValue(option) is { } text)
            {
                targets.Add(TargetSpec.Parse(option.Name, text, problems));
            }
        }

        Require(files.Length > 0, "no capture to replay: name one or more files");
        Require(parsed.GetValue(_first) is not null || outFile is not null, "no interface: name one with -i, or a file with -w");
        Require(outFile is null || targets.Count == 0, "-w writes to a file instead of an interface: leave -i and -I away, or -w");
        Require(parsed.GetValue(_second) is null || splits, "-I needs to know which packets it gets: name a file of tcpprep with -c, or --by-interface");
        Require(!splits || targets.Count == 2 || outFile is not null, "-c and --by-interface split between two interfaces: name the second with -I");
        Require(parsed.GetValue(_cache) is null || !parsed.GetValue(_byInterface), "-c and --by-interface exclude each other");
        Require(parsed.GetValue(_json) is false || !parsed.GetValue(_steps), "--json and -o exclude each other");
        ReplaySchedule schedule = Schedule(parsed, problems);
        TimeSpan? stats = Time(parsed, _stats, 1, problems);
        var options = new ReplayOptions
        {
            Loops = Count(parsed, _loop, 0, problems) ?? 1,
            LoopDelay = Time(parsed, _loopDelay, 0.001, problems) ?? default,
            Limit = Count(parsed, _limit, 1, problems),
            Duration = Time(parsed, _duration, 1, problems),
            Preload = parsed.GetValue(_preload),
            Resegment = !parsed.GetValue(_noResegment),
            Transform = Transform(parsed, problems),
            ProgressInterval = stats > TimeSpan.Zero ? stats : null,
        };
        Require(outFile is null || options.Loops > 0, "-l 0 has no end, and a file has one: give -l a number");
        return problems.Count > 0 ? throw new UserException(problems) : new ReplayWishes
        {
            Files = files,
            Targets = targets,
            Schedule = schedule,
            Options = options,
            OutFile = outFile,
            CacheFile = parsed.GetValue(_cache),
            ByInterface = parsed.GetValue(_byInterface),
            OneAtATime = parsed.GetValue(_steps),
            Quiet = parsed.GetValue(_quiet),
            Json = parsed.GetValue(_json),
            Spins = !parsed.GetValue(_noSpin),
            Bypass = parsed.GetValue(_bypass),
        };

        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }
    }

    private RewriteTransform? Transform(ParseResult parsed, List<string> problems)
    {
        long loops = Count(parsed, _uniqueLoops, 1, problems) ?? 1;
        bool isUnique = parsed.GetValue(_unique);
        if (!isUnique && !_rewriting!.IsAny(parsed))
        {
            return null;
        }

        RewriteOptions options = _rewriting!.Read(parsed, problems) with { UniqueAddresses = isUnique };
        try
        {
            return problems.Count > 0 ? null : new RewriteTransform(options, loops);
        }
        catch (ArgumentException error)
        {
            problems.Add(UserException.TextOf(error));
            return null;
        }
    }

    private ReplaySchedule Schedule(ParseResult parsed, List<string> problems)
    {
        (string Name, bool IsWished)[] ways =
        [
            ("-x", parsed.GetValue(_multiplier) is not null), ("-p", parsed.GetValue(_pps) is not null), ("-M", parsed.GetValue(_mbps) is not null),
            ("-t", parsed.GetValue(_top)), ("-o", parsed.GetValue(_steps)),
        ];
        string[] wished = [.. ways.Where(w => w.IsWished).Select(w => w.Name)];
        if (wished.Length > 1)
        {
            problems.Add($"{string.Join(" and ", wished)} exclude each other: how fast is to be said once");
        }

        long burst = Count(parsed, _burst, 1, problems) ?? 1;
        if (burst > 1 && parsed.GetValue(_pps) is null)
        {
            problems.Add("--pps-multi is how many go together with -p: name that too");
        }

        double multiplier = Number(parsed, _multiplier, problems);
        double packets = Number(parsed, _pps, problems);
        double megabits = Number(parsed, _mbps, problems);
        return parsed.GetValue(_pps) is not null ? ReplaySchedule.PacketRate(packets, burst)
            : parsed.GetValue(_mbps) is not null ? ReplaySchedule.BitRate(megabits)
            : parsed.GetValue(_top) ? ReplaySchedule.TopSpeed()
            : parsed.GetValue(_steps) ? ReplaySchedule.OneAtATime()
            : ReplaySchedule.Original(multiplier, Time(parsed, _maxSleep, 0.001, problems) is { Ticks: > 0 } sleep ? sleep : null);
    }

    private static double Number(ParseResult parsed, Option<string?> option, List<string> problems)
    {
        const double Least = 1e-6, Most = 1e12;
        if (parsed.GetValue(option) is not { } text)
        {
            return 1;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number) && number is >= Least and <= Most)
        {
            return number;
        }

        problems.Add($"{option.Name} '{text}' is not a number above 0");
        return 1;
    }

    private static long? Count(ParseResult parsed, Option<string?> option, long least, List<string> problems)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count >= least)
        {
            return count;
        }

        problems.Add($"{option.Name} '{text}' is not a whole number from {least}");
        return null;
    }

    // Whole numbers of a unit; years, at most.
    private static TimeSpan? Time(ParseResult parsed, Option<string?> option, double unitSeconds, List<string> problems)
    {
        const long Most = 1_000_000_000;
        long? count = Count(parsed, option, 0, problems);
        if (count > Most)
        {
            problems.Add($"{option.Name} '{count}' is more than {Most}");
            return null;
        }

        return count * TimeSpan.FromSeconds(unitSeconds);
    }

    private static Option<string?> Text(string name, string? alias, string help, string description) =>
        new(name, alias is null ? [] : [alias]) { Description = description, HelpName = help };

    private static Option<bool> Flag(string name, string description, params string[] aliases) => new(name, aliases) { Description = description };
}
