using System.CommandLine;
using System.Globalization;
using VSwitch.Captures.Splitting;
using VSwitch.Identifiers;
using VSwitch.PcapReplay.Rewrite;
using VSwitch.Terminal;
using VSwitch.Wire;

namespace VSwitch.PcapReplay.Prep;

/// <summary>The options of tcpprep that say how traffic is split.</summary>
internal sealed class SplitArguments
{
    private const int MaxServicesOctets = 1 << 24;

    private readonly Option<string?> _auto = new("--auto", "-a") { Description = "Find out who is a client and who a server; clients are primary.", HelpName = "client|server|bridge|router|first" };
    private readonly Option<string?> _cidr = new("--cidr", "-c") { Description = "What comes from these networks is primary; IPv6 in brackets.", HelpName = "NET,..." };
    private readonly Option<string?> _regex = new("--regex", "-r") { Description = "What comes from addresses that match is primary.", HelpName = "REGEX" };
    private readonly Option<bool> _port = new("--port", "-p") { Description = "What goes to a server's port of TCP or UDP is primary: below 1024, or of --services." };
    private readonly Option<string?> _mac = new("--mac", "-e") { Description = "What comes from these stations is primary.", HelpName = "MAC,..." };
    private readonly Option<string?> _interface = new("--interface") { Description = "What was captured at these interfaces of a pcapng file is primary.", HelpName = "N,..." };
    private readonly Option<bool> _reverse = new("--reverse") { Description = "With --cidr, --regex, --mac, --interface: what matches is secondary." };
    private readonly Option<bool> _nonIp = new("--nonip", "-N") { Description = "What can't be judged is primary, not secondary." };
    private readonly Option<string?> _include = new("--include", "-x") { Description = "Only packets of a rule: S:NET,... D: B: E: (addresses), P:1-5,9,72- (numbers), F:FILTER (tcpdump).", HelpName = "RULE" };
    private readonly Option<string?> _exclude = new("--exclude", "-X") { Description = "No packets of a rule.", HelpName = "RULE" };
    private readonly Option<string?> _services = new("--services", "-s") { Description = "With --port: the servers' ports, in a file like /etc/services.", HelpName = "FILE" };
    private readonly Option<string?> _ratio = new("--ratio", "-R") { Description = "With --auto: so many packets of a server weigh one of a client. Default: 2.0.", HelpName = "N" };
    private readonly Option<string?> _minMask = new("--minmask", "-m") { Description = "With --auto=router: the smallest networks. Default: 30.", HelpName = "BITS" };
    private readonly Option<string?> _maxMask = new("--maxmask", "-M") { Description = "With --auto=router: the largest networks. Default: 8.", HelpName = "BITS" };

    internal static SplitArguments AddTo(Command command)
    {
        var arguments = new SplitArguments();
        Option[] all =
        [
            arguments._auto, arguments._cidr, arguments._regex, arguments._port, arguments._mac, arguments._interface, arguments._reverse, arguments._nonIp,
            arguments._include, arguments._exclude, arguments._services, arguments._ratio, arguments._minMask, arguments._maxMask,
        ];
        Array.ForEach(all, command.Add);
        return arguments;
    }

    /// <summary>What a command line asks for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="problems">Takes a line for every mistake; the result is of no use then.</param>
    internal SplitPlan? Read(ParseResult parsed, List<string> problems)
    {
        var reading = new OptionReading(parsed, problems);
        Option[] modes = [_auto, _cidr, _regex, _port, _mac, _interface];
        if (modes.Count(reading.Has) != 1)
        {
            problems.Add("say one way to split, and one only: --auto, --cidr, --regex, --port, --mac or --interface");
        }

        reading.Conflict(_include, _exclude);
        reading.Needs(_services, _port);
        reading.Needs(_ratio, _auto);
        reading.Needs(_minMask, _auto);
        reading.Needs(_maxMask, _auto);
        var choice = new SideChoice(parsed.GetValue(_reverse), parsed.GetValue(_nonIp));
        HostMode? mode = reading.Word(
            _auto, ("client", HostMode.Client), ("server", HostMode.Server), ("bridge", HostMode.Bridge), ("router", HostMode.Router), ("first", HostMode.First));
        double ratio = reading.Struct<double>(_ratio, IsRatio, "a number such as 1.5") ?? 2.0;
        int minMask = reading.Number(_minMask, 0, 32) ?? 30, maxMask = reading.Number(_maxMask, 0, 32) ?? 8;
        if (maxMask > minMask)
        {
            problems.Add($"--maxmask {maxMask} is for larger networks than --minmask {minMask}: give it fewer bits");
        }

        bool excludes = reading.Has(_exclude);
        Option<string?> rule = excludes ? _exclude : _include;
        IPacketRule? selected = parsed.GetValue(rule) is { } text ? RuleText.Read(rule, text, problems) : null;
        ISplitter? splitter = Splitter(parsed, reading, choice);
        return problems.Count > 0 ? null : new(splitter, mode, choice, ratio, minMask, maxMask, selected, excludes);
    }

    private ISplitter? Splitter(ParseResult parsed, OptionReading reading, SideChoice choice)
    {
        if (reading.Class<List<IpPrefix>>(_cidr, RewriteText.TryParseNetworks, "networks such as 10.0.0.0/8,[fd00::/8]") is { } networks)
        {
            return new NetworkSplitter(networks, choice);
        }

        if (reading.Class<List<MacAddress>>(_mac, RuleText.TryParseMacs, "MAC addresses with commas between") is { } stations)
        {
            return new MacSplitter(stations, choice);
        }

        if (reading.Class<List<int>>(_interface, RuleText.TryParseInterfaces, "numbers of interfaces from 0, with commas between") is { } interfaces)
        {
            return new InterfaceSplitter(interfaces, choice);
        }

        if (parsed.GetValue(_regex) is { } pattern)
        {
            return Pattern(pattern, choice, reading.Problems);
        }

        return parsed.GetValue(_port) ? new PortSplitter(parsed.GetValue(_services) is { } file ? Services(file) : null, choice) : null;
    }

    private static PatternSplitter? Pattern(string pattern, SideChoice choice, List<string> problems)
    {
        try
        {
            return new(pattern, choice);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problems.Add($"--regex {Printable.Of(pattern)}: {Printable.Of(e.Message).TrimEnd('.')}: give another");
            return null;
        }
    }

    // name port/protocol alias # comment
    private static List<(IpProtocol, ushort)> Services(string path)
    {
        using Stream file = PacketSource.OpenFile(path);
        if (file.CanSeek && file.Length > MaxServicesOctets)
        {
            throw new UserException($"{path}: more than 16 MiB: is it a list of services?");
        }

        List<(IpProtocol, ushort)> services = [];
        using var text = new StreamReader(file);
        while (text.ReadLine() is { } line)
        {
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            string[] port = words.Length < 2 ? [] : words[1].Split('/');
            if (port.Length == 2 && port[1] is "tcp" or "udp" && ushort.TryParse(port[0], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
            {
                services.Add((port[1] == "tcp" ? IpProtocol.Tcp : IpProtocol.Udp, number));
            }
        }

        return services;
    }

    private static bool IsRatio(string text, out double ratio) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out ratio) && double.IsFinite(ratio);
}
