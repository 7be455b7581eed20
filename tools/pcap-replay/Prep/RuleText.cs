using System.CommandLine;
using System.Globalization;
using VSwitch.Captures.Splitting;
using VSwitch.Devices.Filters;
using VSwitch.Identifiers;
using VSwitch.PcapReplay.Rewrite;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Prep;

/// <summary>Reads the rules of --include and --exclude, and lists.</summary>
internal static class RuleText
{
    internal static IPacketRule? Read(Option option, string text, List<string> problems)
    {
        try
        {
            string value = text.Length > 2 ? text[2..] : "";
            IPacketRule? rule = text[..Math.Min(text.Length, 2)] switch
            {
                "S:" => Addresses(AddressRuleKind.Source, value),
                "D:" => Addresses(AddressRuleKind.Destination, value),
                "B:" => Addresses(AddressRuleKind.Both, value),
                "E:" => Addresses(AddressRuleKind.Either, value),
                "P:" => TryParseNumbers(value, out List<(long, long)> ranges) ? new NumberRule(ranges) : null,
                "F:" => new ProgramRule(PcapFilter.Compile(value)),
                _ => null,
            };
            if (rule is null)
            {
                problems.Add($"{option.Name} {Printable.Of(text)}: give S:, D:, B: or E: and networks, P: and numbers such as 1-5,9,72-, or F: and a filter of tcpdump");
            }

            return rule;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            problems.Add($"{option.Name}: {Printable.Of(e.Message)}");
            return null;
        }
    }

    internal static bool TryParseMacs(string text, out List<MacAddress> stations)
    {
        stations = [];
        foreach (string part in text.Split(','))
        {
            if (!MacAddress.TryParse(part, null, out MacAddress station))
            {
                return false;
            }

            stations.Add(station);
        }

        return true;
    }

    internal static bool TryParseInterfaces(string text, out List<int> interfaces)
    {
        interfaces = [];
        foreach (string part in text.Split(','))
        {
            if (!RewriteText.TryParseNumber(part, 0, int.MaxValue, out int number))
            {
                return false;
            }

            interfaces.Add(number);
        }

        return true;
    }

    private static AddressRule? Addresses(AddressRuleKind kind, string text) => RewriteText.TryParseNetworks(text, out List<IpPrefix> networks) ? new(kind, networks) : null;

    private static bool TryParseNumbers(string text, out List<(long First, long Last)> ranges)
    {
        ranges = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !IsNumber(ends[0], out long first))
            {
                return false;
            }

            long last = first;
            if (ends is [_, ""])
            {
                last = long.MaxValue;
            }
            else if (ends.Length == 2 && (!IsNumber(ends[1], out last) || last < first))
            {
                return false;
            }

            ranges.Add((first, last));
        }

        return true;
    }

    private static bool IsNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
}
