using System.Globalization;
using System.Text;

namespace VSwitch.Captures.Recording;

/// <summary>Makes the names of the files of a capture.</summary>
internal static class CaptureFileName
{
    /// <summary>What stands behind a percent sign, and how .NET writes it.</summary>
    private static readonly Dictionary<char, string> s_conversions = new()
    {
        ['Y'] = "yyyy", ['m'] = "MM", ['d'] = "dd", ['H'] = "HH", ['M'] = "mm", ['S'] = "ss", ['F'] = "yyyy-MM-dd", ['T'] = "HH:mm:ss",
    };

    /// <summary>Whether a path is a pattern that can be written.</summary>
    /// <param name="pattern">The path.</param>
    /// <param name="problem">What is wrong with it, when the result is false.</param>
    internal static bool TryCheck(string pattern, out string? problem)
    {
        bool changes = false;
        problem = null;
        for (int i = pattern.IndexOf('%', StringComparison.Ordinal); i >= 0; i = i + 2 <= pattern.Length ? pattern.IndexOf('%', i + 2) : -1)
        {
            char conversion = i + 1 < pattern.Length ? pattern[i + 1] : ' ';
            if (conversion is not ('s' or '%') && !s_conversions.ContainsKey(conversion))
            {
                problem = $"'{pattern}' has %{conversion}: %Y %m %d %H %M %S %s %F %T and %% can be written";
                return false;
            }

            changes |= conversion != '%';
        }

        problem = changes ? null : $"'{pattern}' would be the name of every file: put a time into it, such as %H%M%S";
        return changes;
    }

    /// <summary>The path at a moment.</summary>
    internal static string At(string pattern, DateTimeOffset time)
    {
        var name = new StringBuilder();
        for (int i = 0; i < pattern.Length; i++)
        {
            char conversion = pattern[i] == '%' && i + 1 < pattern.Length ? pattern[++i] : '\0';
            name.Append(conversion switch
            {
                '\0' => pattern[i].ToString(),
                '%' => "%",
                's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                _ => time.UtcDateTime.ToString(s_conversions[conversion], CultureInfo.InvariantCulture),
            });
        }

        return name.ToString();
    }

    /// <summary>The path of a file in a row: the first has none, as with tcpdump, unless there is a last.</summary>
    internal static string Numbered(string path, int number, int? maxFiles) =>
        maxFiles is { } max ? path + number.ToString($"D{(max - 1).ToString(CultureInfo.InvariantCulture).Length}", CultureInfo.InvariantCulture)
        : number == 0 ? path
        : path + number.ToString(CultureInfo.InvariantCulture);
}
