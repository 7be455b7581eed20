namespace VSwitch.Tool.Ports;

/// <summary>Reads <c>kind:name[,key=value...]</c>, where <see cref="PortKeys"/> has the keys.</summary>
internal static class PortSpecParser
{
    private const int MaxNameOctets = 15; // IFNAMSIZ with its zero

    /// <summary>Reads all ports of a command line.</summary>
    /// <param name="texts">One each.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <returns>The ports; none when something is wrong with one of them.</returns>
    internal static IReadOnlyList<PortSpec> ParseAll(IReadOnlyList<string> texts, List<string> problems)
    {
        int before = problems.Count;
        var specs = new List<PortSpec>();
        foreach (string text in texts)
        {
            if (Parse(text, problems) is { } spec)
            {
                if (specs.Any(s => s.PortName == spec.PortName))
                {
                    problems.Add($"port '{text}': {spec.PortName} is there twice: give each port a name of its own");
                }

                if (spec.HardwareAddress is { } mac && specs.FirstOrDefault(s => s.HardwareAddress == mac) is { } other)
                {
                    problems.Add($"port '{text}': mac {mac} is that of port {other.PortName} already: give each station its own");
                }

                specs.Add(spec);
            }
        }

        return problems.Count == before ? specs : [];
    }

    private static PortSpec? Parse(string text, List<string> problems)
    {
        string[] parts = text.Split(',');
        var draft = new PortDraft(ParseHead(parts[0], out string? headProblem));
        List<string> own = draft.Problems;
        if (headProblem is not null)
        {
            own.Add(headProblem); // the keys tell what else is wrong
        }

        foreach (string part in parts.Skip(1))
        {
            if (Apply(draft, part) is { } problem)
            {
                own.Add(problem);
            }
        }

        own.AddRange(draft.Contradictions());
        PortSpec? spec = own.Count == 0 ? draft.Finish() : null;
        problems.AddRange(own.Select(p => $"port '{text}': {p}"));
        return own.Count == 0 ? spec : null;
    }

    private static PortSpec ParseHead(string text, out string? problem)
    {
        string[] head = text.Split(':', 2);
        problem = head.Length != 2 ? "kind and name are missing: write tap:NAME, tun:NAME or pcap:FILE[,key=value...]"
            : head[0] is "tap" or "tun" ? CheckName(head[0], head[1])
            : head[0] == "pcap" ? null
            : $"unknown kind '{head[0]}': the kinds are tap, tun and pcap";
        return head[0] switch
        {
            "pcap" => new PortSpec { Kind = PortKind.Pcap, Name = "", Pcap = new PcapSpec { In = head[^1].Length > 0 ? head[^1] : null } },
            "tun" => new PortSpec { Kind = PortKind.Tun, Name = head[^1] },
            _ => new PortSpec { Kind = PortKind.Tap, Name = head[^1] },
        };
    }

    private static string? CheckName(string kind, string name) =>
        name.Length == 0 ? $"the name is missing: write {kind}:NAME"
        : System.Text.Encoding.UTF8.GetByteCount(name) > MaxNameOctets ? $"the name is longer than the {MaxNameOctets} octets that Linux allows: shorten it"
        : name is "." or ".." || name.Any(c => c is '/' or ':' or '%' || char.IsWhiteSpace(c) || char.IsControl(c))
            ? "Linux takes no slash, colon, percent sign or white space in an interface's name: choose another"
        : null;

    private static string WhyNot(PortKey key, PortKind kind) => key.Kinds switch
    {
        PortKind.Ethernet => "is about Ethernet frames, and a tun has bare packets: leave it away, or make the port a tap",
        PortKind.Pcap => $"is about capture files, and a {kind.ToString().ToLowerInvariant()} has none: leave it away",
        _ => "is about an interface, and a pcap port is files: leave it away",
    };

    /// <returns>What is wrong, or null.</returns>
    private static string? Apply(PortDraft draft, string part)
    {
        string[] pair = part.Split('=', 2);
        PortKind kind = draft.Spec.Kind;
        return PortKeys.Find(pair[0]) is not { } key ? $"unknown key '{pair[0]}': the keys are {PortKeys.NamesFor(kind)}"
            : !key.Kinds.HasFlag(kind) ? $"{key.Name} {WhyNot(key, kind)}"
            : pair.Length == 1 && !key.IsFlag ? $"'{part}' is not key=value: write {key.Usage}"
            : !draft.Note(key) ? $"{key.Name} is there twice"
            : key.Apply(draft, pair.Length == 1 ? "on" : pair[1]);
    }
}
