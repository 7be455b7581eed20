using System.Globalization;

namespace VSwitch.TapBench.Lab;

/// <summary>One end of the path: a TAP in a network namespace of its own.</summary>
internal sealed record Station(string Namespace, string Tap, string Mac, int Number)
{
    public string IPv4 => string.Create(CultureInfo.InvariantCulture, $"10.99.0.{Number}");

    public string IPv6 => string.Create(CultureInfo.InvariantCulture, $"fd00:99::{Number}");

    /// <summary>The command, to be run inside the namespace; "ip" runs it in place, the pid is the tool's.</summary>
    public IReadOnlyList<string> Inside(params IEnumerable<string> command) =>
        ["ip", "netns", "exec", Namespace, .. command];
}
