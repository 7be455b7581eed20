namespace VSwitch.Captures.Splitting;

/// <summary>Matches packets by their numbers in the capture (P:).</summary>
/// <param name="ranges">First and last number of each range, from 1, both inclusive.</param>
public sealed class NumberRule(IEnumerable<(long First, long Last)> ranges) : IPacketRule
{
    private readonly (long First, long Last)[] _ranges = [.. ranges];

    /// <inheritdoc/>
    public bool? Matches(long number, ReadOnlySpan<byte> frame)
    {
        foreach ((long first, long last) in _ranges)
        {
            if (number >= first && number <= last)
            {
                return true;
            }
        }

        return false;
    }
}
