namespace VSwitch.Captures.Rewriting;

/// <summary>What happens to the TTL of IPv4 and to the hop limit of IPv6.</summary>
/// <param name="Kind">Whether the value replaces it, is added or is taken off.</param>
/// <param name="Value">0 to 255.</param>
public readonly record struct TtlChange(TtlChangeKind Kind, byte Value)
{
    // As tcprewrite: what is raised ends at 255, what is lowered at 1.
    internal byte Apply(byte ttl) => Kind switch
    {
        TtlChangeKind.Raise => (byte)Math.Min(ttl + Value, byte.MaxValue),
        TtlChangeKind.Lower => (byte)Math.Max(ttl - Value, 1),
        _ => Value,
    };
}
