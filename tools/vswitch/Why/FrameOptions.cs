using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using VSwitch.Identifiers;
using VSwitch.Terminal;
using VSwitch.Wire;

namespace VSwitch.Tool.Why;

/// <summary>How a frame is told on the command line: its octets, or a description.</summary>
internal sealed class FrameOptions
{
    private const EtherType Experimental = (EtherType)0x88B5; // IEEE Std 802, local experimental
    private const int MinEtherType = 0x600;

    private readonly Option<string?> _hex = Text("--hex", "OCTETS", "The frame's octets from the Ethernet header on, in hexadecimal; colons, hyphens and spaces between them don't matter.");
    private readonly Option<string?> _source = Text("--src", "MAC", "Who sends it.");
    private readonly Option<string?> _destination = Text("--dst", "MAC", "Whom it is for.");
    private readonly Option<string[]> _tags = new("--vlan") { Description = "A VLAN tag, the outermost first. Repeatable.", HelpName = "VID[:PRIORITY]" };
    private readonly Option<string?> _type = Text("--type", "ip|ip6|arp|0xNNNN", "What it carries. Default: what the addresses say, or 0x88b5.");
    private readonly Option<string?> _ipSource = Text("--ip-src", "ADDRESS", "Source of the packet in it.");
    private readonly Option<string?> _ipDestination = Text("--ip-dst", "ADDRESS", "Destination of the packet in it; of arp, who is asked for.");
    private readonly Option<string?> _protocol = Text("--proto", "tcp|udp|icmp", "What the packet carries. Default: udp.");
    private readonly Option<string?> _sourcePort = Text("--sport", "N", "Source port.");
    private readonly Option<string?> _destinationPort = Text("--dport", "N", "Destination port.");

    internal IEnumerable<Option> All => [_hex, _source, _destination, _tags, _type, _ipSource, _ipDestination, _protocol, _sourcePort, _destinationPort];

    /// <summary>Whether anything of a frame was told.</summary>
    internal bool IsAny(ParseResult parsed) => All.Any(o => parsed.GetResult(o) is { Implicit: false });

    /// <exception cref="UserException">One line for each thing that can't be meant.</exception>
    internal byte[] Frame(ParseResult parsed)
    {
        if (parsed.GetValue(_hex) is { } hex)
        {
            return All.Any(o => o != _hex && parsed.GetResult(o) is { Implicit: false })
                ? throw new UserException("--hex is the whole frame: leave the description away, or --hex")
                : Octets(hex);
        }

        var problems = new List<string>();
        FrameDescription description = Describe(parsed, problems);
        return problems.Count > 0 ? throw new UserException(problems) : FrameComposer.Compose(description);
    }

    private FrameDescription Describe(ParseResult parsed, List<string> problems)
    {
        IPAddress? from = Address(_ipSource);
        IPAddress? to = Address(_ipDestination);
        IpProtocol? protocol = parsed.GetValue(_protocol) switch
        {
            null => null,
            "tcp" => IpProtocol.Tcp,
            "udp" => IpProtocol.Udp,
            "icmp" => IpProtocol.Icmp,
            { } other => Wrong<IpProtocol>($"--proto '{other}' is none of tcp, udp, icmp"),
        };
        AddressFamily? family = (from ?? to)?.AddressFamily;
        bool isPacket = family is not null || protocol is not null || parsed.GetValue(_sourcePort) is not null || parsed.GetValue(_destinationPort) is not null;
        EtherType type = Type(isPacket ? family == AddressFamily.InterNetworkV6 ? EtherType.IPv6 : EtherType.IPv4 : Experimental);
        AddressFamily? needed = type switch
        {
            EtherType.IPv4 or EtherType.Arp => AddressFamily.InterNetwork,
            EtherType.IPv6 => AddressFamily.InterNetworkV6,
            _ => null,
        };
        if ((from is not null && from.AddressFamily != needed) || (to is not null && to.AddressFamily != needed))
        {
            Wrong<int>("--ip-src and --ip-dst are not of the family that --type says, or not both of one");
        }
        else if (isPacket && needed is null)
        {
            Wrong<int>("--type says that the frame carries no IP packet: leave addresses, --proto and ports away, or --type");
        }

        return new()
        {
            Source = Mac(_source),
            Destination = Mac(_destination),
            Tags = [.. (parsed.GetValue(_tags) ?? []).Select(Tag)],
            Type = type,
            IpSource = from,
            IpDestination = to,
            Protocol = protocol ?? IpProtocol.Udp,
            SourcePort = Port(_sourcePort),
            DestinationPort = Port(_destinationPort),
        };

        MacAddress Mac(Option<string?> option) =>
            parsed.GetValue(option) is not { } text ? Wrong<MacAddress>($"{option.Name} is missing: describe the frame by --src and --dst, or give it as --hex")
            : MacAddress.TryParse(text, null, out MacAddress mac) ? mac
            : Wrong<MacAddress>($"{option.Name} '{text}' is not a MAC address such as 02:00:00:00:00:01");

        IPAddress? Address(Option<string?> option) =>
            parsed.GetValue(option) is not { } text ? null
            : IPAddress.TryParse(text, out IPAddress? address) && (address.ToString() == text || address.AddressFamily == AddressFamily.InterNetworkV6) ? address
            : Wrong<IPAddress>($"{option.Name} '{text}' is not an IP address");

        ushort Port(Option<string?> option) =>
            parsed.GetValue(option) is not { } text ? (ushort)0
            : Quantity.TryParseCount(text, 0, ushort.MaxValue, out int port) ? (ushort)port
            : Wrong<ushort>($"{option.Name} '{text}' is not a number from 0 to 65535");

        (int, int) Tag(string text)
        {
            string[] parts = text.Split(':');
            int priority = 0;
            return Quantity.TryParseCount(parts[0], 0, 4095, out int vid) && (parts.Length == 1 || (parts.Length == 2 && Quantity.TryParseCount(parts[1], 0, 7, out priority)))
                ? (vid, priority)
                : Wrong<(int, int)>($"--vlan '{text}' is not a VID from 0 to 4095, and a priority from 0 to 7 behind a colon if any");
        }

        EtherType Type(EtherType otherwise) => parsed.GetValue(_type) switch
        {
            null => otherwise,
            "ip" => EtherType.IPv4,
            "ip6" => EtherType.IPv6,
            "arp" => EtherType.Arp,
            { } text when text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                && ushort.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort number) && number >= MinEtherType => (EtherType)number,
            { } other => Wrong<EtherType>($"--type '{other}' is none of ip, ip6, arp, nor a number from 0x0600 to 0xffff"),
        };

        T? Wrong<T>(string problem)
        {
            problems.Add(problem);
            return default;
        }
    }

    private static byte[] Octets(string hex)
    {
        try
        {
            return Convert.FromHexString(string.Concat(hex.Where(c => c is not (':' or '-') && !char.IsWhiteSpace(c))));
        }
        catch (FormatException error)
        {
            throw new UserException("--hex is not a row of octets in hexadecimal, two digits each", error);
        }
    }

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
