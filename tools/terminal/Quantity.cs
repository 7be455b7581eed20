using System.Globalization;

namespace VSwitch.Terminal;

/// <summary>Numbers for people, and numbers and times from people.</summary>
internal static class Quantity
{
    private static readonly string[] s_prefixes = ["", "k", "M", "G", "T"];

    /// <summary>Three significant digits with a decimal prefix: 41.2G.</summary>
    internal static string Short(double value)
    {
        int prefix = 0;
        while (value >= 999.5 && prefix < s_prefixes.Length - 1)
        {
            value /= 1000;
            prefix++;
        }

        string format = prefix == 0 || value >= 99.95 ? "F0" : value >= 9.995 ? "F1" : "F2";
        return value.ToString(format, CultureInfo.InvariantCulture) + s_prefixes[prefix];
    }

    /// <summary>A number with thousands apart: 1,234,567.</summary>
    internal static string Long(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Takes digits only.</summary>
    internal static bool TryParseCount(string text, int min, int max, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count >= min && count <= max;

    /// <summary>Takes <c>4096</c>, <c>64k</c>, <c>16M</c>, <c>1G</c>: octets, the letters for powers of 1024.</summary>
    internal static bool TryParseOctets(string text, long min, long max, out long octets)
    {
        int letter = text.Length > 0 ? "kmg".IndexOf(char.ToLowerInvariant(text[^1]), StringComparison.Ordinal) : -1;
        long unit = letter < 0 ? 1 : 1L << (10 * (letter + 1));
        bool isNumber = long.TryParse(text.AsSpan(0, text.Length - (letter < 0 ? 0 : 1)), NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        octets = isNumber && number <= max / unit ? number * unit : -1;
        return octets >= min;
    }

    /// <summary>Takes <c>300</c> (seconds), <c>50us</c>, <c>500ms</c>, <c>5s</c>, <c>2m</c>, <c>1h</c>.</summary>
    internal static bool TryParseTime(string text, out TimeSpan time)
    {
        (string Unit, double Seconds)[] units = [("us", 0.000_001), ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("", 1)];
        (string unit, double seconds) = units.First(u => text.EndsWith(u.Unit, StringComparison.Ordinal));
        bool valid = double.TryParse(
            text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && number * seconds <= TimeSpan.FromDays(365).TotalSeconds;
        time = valid ? TimeSpan.FromSeconds(number * seconds) : default;
        return valid;
    }
}
