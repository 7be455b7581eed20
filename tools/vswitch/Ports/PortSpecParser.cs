using VSwitch.Identifiers;
using VSwitch.Tool.Networks;
using VSwitch.Tool.Terminal;

namespace VSwitch.Tool.Ports;

/// <summary>Reads <c>kind:name[,key=value...]</c>.</summary>
internal static class PortSpecParser
{
    private const int MaxNameOctets = 15; // IFNAMSIZ with its zero

    private const string Keys = "netns, address, mtu, mac, queues, offload, trusted";

    /// <summary>Reads all ports of a command line.</summary>
    /// <exception cref="UserException">With all problems of all of them.</exception>
    internal static IReadOnlyList<PortSpec> ParseAll(IReadOnlyList<string> texts)
    {
        var problems = new List<string>();
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

        return problems.Count == 0 ? specs : throw new UserException(problems);
    }

    private static PortSpec? Parse(string text, List<string> problems)
    {
        int before = problems.Count;
        string[] parts = text.Split(',');
        string[] head = parts[0].Split(':', 2);
        PortSpec? spec = head.Length == 2 ? ParseHead(text, head[0], head[1], problems) : null;
        if (head.Length != 2)
        {
            problems.Add($"port '{text}': kind and name are missing: write tap:NAME or tun:NAME[,key=value...]");
        }

        spec ??= new PortSpec { Name = "" }; // to find what else is wrong
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string part in parts.Skip(1))
        {
            string[] pair = part.Split('=', 2);
            string? problem = pair.Length != 2 ? $"'{part}' is not key=value"
                : pair[0] != "address" && !seen.Add(pair[0]) ? $"{pair[0]} is there twice"
                : Apply(ref spec, pair[0], pair[1]);
            if (problem is not null)
            {
                problems.Add($"port '{text}': {problem}");
            }
        }

        return problems.Count == before ? spec : null;
    }

    private static PortSpec? ParseHead(string text, string kind, string name, List<string> problems)
    {
        string? problem = kind switch
        {
            "tap" or "tun" => CheckName(kind, name),
            _ => $"unknown kind '{kind}': the kinds are tap and tun",
        };
        if (problem is not null)
        {
            problems.Add($"port '{text}': {problem}");
            return null;
        }

        return new PortSpec { Kind = kind == "tun" ? PortKind.Tun : PortKind.Tap, Name = name };
    }

    private static string? CheckName(string kind, string name) =>
        name.Length == 0 ? $"the name is missing: write {kind}:NAME"
        : System.Text.Encoding.UTF8.GetByteCount(name) > MaxNameOctets ? $"the name is longer than the {MaxNameOctets} octets that Linux allows: shorten it"
        : name is "." or ".." || name.Any(c => c is '/' or ':' or '%' || char.IsWhiteSpace(c) || char.IsControl(c))
            ? "Linux takes no slash, colon, percent sign or white space in an interface's name: choose another"
        : null;

    /// <returns>What is wrong, or null.</returns>
    private static string? Apply(ref PortSpec spec, string key, string value)
    {
        switch (key)
        {
            case "netns":
                spec = spec with { Namespace = value };
                return value.Length == 0 || value.Contains('/', StringComparison.Ordinal) ? "netns is the name of a namespace: see ip netns" : null;
            case "address":
                bool isAddress = NetworkParser.TryParseStation(value, out IpPrefix address);
                spec = spec with { Addresses = [.. spec.Addresses, address] };
                return isAddress ? null : $"'{value}' is not an address with prefix that a station can have, such as 10.0.0.1/24 or fd00::1/64";
            case "mtu":
                bool isMtu = Quantity.TryParseCount(value, 68, 65521, out int mtu);
                spec = spec with { Mtu = mtu };
                return isMtu ? null : $"mtu '{value}' is not a number from 68 to 65521";
            case "mac":
                bool isMac = MacAddress.TryParse(value, null, out MacAddress mac) && mac.IsStation;
                spec = spec with { HardwareAddress = mac };
                return isMac ? null : $"mac '{value}' is not a station's address, such as 02:00:00:00:00:01";
            case "queues":
                bool isQueues = Quantity.TryParseCount(value, 1, 256, out int queues);
                spec = spec with { Queues = queues };
                return isQueues ? null : $"queues '{value}' is not a number from 1 to 256";
            case "offload":
                spec = spec with { Offload = value == "on" };
                return value is "on" or "off" ? null : $"offload is on or off, not '{value}'";
            case "trusted":
                spec = spec with { Trusted = value == "on" };
                return value is "on" or "off" ? null : $"trusted is on or off, not '{value}'";
            default:
                return $"unknown key '{key}': the keys are {Keys}";
        }
    }
}
