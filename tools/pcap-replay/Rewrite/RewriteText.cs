using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using VSwitch.Captures.Rewriting;
using VSwitch.Identifiers;

namespace VSwitch.PcapReplay.Rewrite;

/// <summary>Reads the values of tcprewrite's options.</summary>
internal static class RewriteText
{
    /// <summary>A decimal number, or one with 0x.</summary>
    internal static bool TryParseNumber<T>(string text, T min, T max, out T number)
        where T : IBinaryInteger<T>
    {
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool isNumber = T.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out T? parsed);
        number = parsed ?? T.Zero;
        return isNumber && number >= min && number <= max;
    }

    /// <summary><c>N</c>, <c>+N</c> or <c>-N</c>.</summary>
    internal static bool TryParseTtl(string text, out TtlChange change)
    {
        TtlChangeKind kind = text.StartsWith('+') ? TtlChangeKind.Raise : text.StartsWith('-') ? TtlChangeKind.Lower : TtlChangeKind.Set;
        bool isNumber = TryParseNumber(kind == TtlChangeKind.Set ? text : text[1..], byte.MinValue, byte.MaxValue, out byte value);
        change = new(kind, value);
        return isNumber && (kind == TtlChangeKind.Set || value > 0);
    }

    /// <summary>One address or two, a comma between; one of them may be empty.</summary>
    internal static bool TryParseMacPair(string text, [NotNullWhen(true)] out MacPair? pair)
    {
        pair = null;
        string[] parts = text.Split(',');
        if (parts.Length > 2)
        {
            return false;
        }

        var addresses = new MacAddress?[2];
        for (int i = 0; i < parts.Length; i++)
        {
            if (MacAddress.TryParse(parts[i], null, out MacAddress address))
            {
                addresses[i] = address;
            }
            else if (parts[i].Length > 0 || parts.Length == 1)
            {
                return false;
            }
        }

        pair = new(addresses[0], addresses[1]);
        return true;
    }

    /// <summary><c>from,to</c>.</summary>
    internal static bool TryParseSubstitution(string text, out MacSubstitution substitution)
    {
        string[] parts = text.Split(',');
        substitution = default;
        if (parts.Length != 2 || !MacAddress.TryParse(parts[0], null, out MacAddress from) || !MacAddress.TryParse(parts[1], null, out MacAddress to))
        {
            return false;
        }

        substitution = new(from, to);
        return true;
    }

    /// <summary>Networks with commas between; those of IPv6 in brackets.</summary>
    internal static bool TryParseNetworks(string text, out List<IpPrefix> networks)
    {
        networks = [];
        foreach (string part in text.Split(','))
        {
            if (!TryParseNetwork(part, out IpPrefix network))
            {
                return false;
            }

            networks.Add(network);
        }

        return true;
    }

    /// <summary><c>from:to,from:to</c>, networks of IPv6 in brackets.</summary>
    internal static bool TryParseMaps(string text, out List<AddressMap> maps)
    {
        maps = [];
        foreach (string part in text.Split(','))
        {
            if (!TrySplitPair(part, out string first, out string second)
                || !TryParseNetwork(first, out IpPrefix from) || !TryParseNetwork(second, out IpPrefix to) || from.IsIPv6 != to.IsIPv6)
            {
                return false;
            }

            maps.Add(new(from, to));
        }

        return true;
    }

    /// <summary><c>address:address</c>, those of IPv6 in brackets.</summary>
    internal static bool TryParseEndpoints(string text, out (IpPrefix First, IpPrefix Second) endpoints)
    {
        endpoints = default;
        if (text.Contains('/', StringComparison.Ordinal) || !TrySplitPair(text, out string first, out string second)
            || !TryParseNetwork(first, out IpPrefix a) || !TryParseNetwork(second, out IpPrefix b) || a.IsIPv6 != b.IsIPv6)
        {
            return false;
        }

        endpoints = (a, b);
        return true;
    }

    /// <summary><c>80:8080,8000-8999:80</c>; ports without a colon belong to the next that has one.</summary>
    internal static bool TryParsePorts(string text, List<PortMap> maps)
    {
        List<(ushort First, ushort Last)> waiting = [];
        foreach (string part in text.Split(','))
        {
            string[] sides = part.Split(':');
            string[] range = sides[0].Split('-');
            if (sides.Length > 2 || range.Length > 2
                || !TryParseNumber(range[0], ushort.MinValue, ushort.MaxValue, out ushort first) || !TryParseNumber(range[^1], first, ushort.MaxValue, out ushort last))
            {
                return false;
            }

            waiting.Add((first, last));
            if (sides.Length == 2)
            {
                if (!TryParseNumber(sides[1], ushort.MinValue, ushort.MaxValue, out ushort to))
                {
                    return false;
                }

                maps.AddRange(waiting.Select(w => new PortMap(w.First, w.Last, to)));
                waiting.Clear();
            }
        }

        return waiting.Count == 0;
    }

    /// <summary><c>10:20,30:40</c>.</summary>
    internal static bool TryParseVlans(string text, out List<(VlanId From, VlanId To)> map)
    {
        map = [];
        foreach (string part in text.Split(','))
        {
            string[] sides = part.Split(':');
            if (sides.Length != 2 || !TryParseNumber<ushort>(sides[0], 0, 4095, out ushort from) || !TryParseNumber<ushort>(sides[1], 0, 4095, out ushort to))
            {
                return false;
            }

            map.Add((new(from), new(to)));
        }

        return true;
    }

    private static bool TryParseNetwork(string text, out IpPrefix network)
    {
        bool isBracketed = text.StartsWith('[') && text.EndsWith(']');
        return IpPrefix.TryParse(isBracketed ? text[1..^1] : text, null, out network) && network.IsIPv6 == isBracketed;
    }

    // At the colon that stands in no brackets.
    private static bool TrySplitPair(string text, out string first, out string second)
    {
        int start = text.StartsWith('[') ? Math.Max(text.IndexOf(']', StringComparison.Ordinal), 0) : 0;
        int colon = text.IndexOf(':', start);
        (first, second) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        return colon >= 0;
    }
}
