using System.Globalization;

namespace VSwitch.CompareBench.Lab;

/// <summary>What is at one port of a subject: an interface in a network namespace.</summary>
/// <param name="Namespace">That of the first two is their own; all others share one.</param>
/// <param name="Interface">The TAP, TUN or end of a veth pair.</param>
/// <param name="Number">From 1: the last part of its addresses.</param>
internal sealed record Station(string Namespace, string Interface, int Number)
{
    public string Mac => string.Create(CultureInfo.InvariantCulture, $"02:00:00:99:{Number >> 8:x2}:{Number & 0xff:x2}");

    public string IPv4 => string.Create(CultureInfo.InvariantCulture, $"10.99.0.{Number}");

    public string IPv6 => string.Create(CultureInfo.InvariantCulture, $"fd00:99::{Number:x}");

    /// <summary>The command, to be run inside the namespace; "ip" runs it in place, the pid is the tool's.</summary>
    public IReadOnlyList<string> Inside(params IEnumerable<string> command) => NetworkLab.Inside(Namespace, command);
}
