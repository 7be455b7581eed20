using System.Text.RegularExpressions;

namespace VSwitch.Captures.Splitting;

/// <summary>What comes from an address whose text matches a regular expression is primary, the rest secondary (tcpprep's --regex).</summary>
/// <remarks>The expression is .NET's, matched without backtracking: no text takes it long.</remarks>
public sealed class PatternSplitter : ISplitter
{
    private readonly Regex _pattern;
    private readonly SideChoice _choice;

    /// <param name="pattern">The expression: no look-around, no back reference.</param>
    /// <param name="choice">The sides.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    /// <exception cref="NotSupportedException">It needs backtracking.</exception>
    public PatternSplitter(string pattern, SideChoice choice = default)
    {
        _pattern = new(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        _choice = choice;
    }

    /// <inheritdoc/>
    public TrafficSide SideOf(long number, int interfaceIndex, ReadOnlySpan<byte> frame) =>
        PacketSight.TryRead(frame, out PacketSight sight) ? _choice.Matched(_pattern.IsMatch(sight.Source.ToString())) : _choice.NonIp;
}
