using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VSwitch.ReplayBench;

/// <summary>A program that replays, by the words of tcpreplay that both know.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Program">What is run.</param>
/// <param name="IsOurs">It prints JSON.</param>
internal sealed partial record Subject(string Name, string Program, bool IsOurs)
{
    public string[] Arguments(params string[] arguments) => ["-i", "near0", .. arguments, .. IsOurs ? ["--json"] : Array.Empty<string>()];

    /// <summary>Frames a second, as the program itself counts and times them.</summary>
    public double RateOf(string output)
    {
        if (IsOurs)
        {
            using JsonDocument report = JsonDocument.Parse(output);
            return report.RootElement.GetProperty("sent").GetInt64() / report.RootElement.GetProperty("seconds").GetDouble();
        }

        Match match = Actual().Match(output);
        return match.Success
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) / double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)
            : throw new BenchException($"tcpreplay said something else: {output.ReplaceLineEndings(" ")}");
    }

    [GeneratedRegex(@"Actual: (\d+) packets \(\d+ bytes\) sent in ([0-9.]+) seconds")]
    private static partial Regex Actual();
}
