namespace VSwitch.Neighbors;

/// <summary>How many neighbours are kept, for how long, and how they are asked.</summary>
/// <remarks>The defaults are those of RFC 4861, section 10, for both families; times count in whole seconds where nothing else is said.</remarks>
public sealed record NeighborOptions
{
    /// <summary>Neighbours, 1 to 1,048,576.</summary>
    public int Capacity { get; init; } = 8192;

    /// <summary>How long a neighbour that is not heard stays known: 1 s to 1,000,000 s; default 300 s.</summary>
    public TimeSpan AgeingTime { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long a confirmation lasts, and how long the owner of an address counts as present after he was heard: 1 s to 4095 s; default 30 s.</summary>
    public TimeSpan ReachableTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From the first use of a stale entry to the first probe, to the millisecond: up to a day; default 5 s.</summary>
    public TimeSpan DelayFirstProbeTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Between two solicitations for one address, to the millisecond: 1 ms to a day; default 1 s.</summary>
    public TimeSpan RetransTimer { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Solicitations for an unknown address before it counts as failed, the first included; default 3.</summary>
    public int MaxMulticastSolicit { get; init; } = 3;

    /// <summary>Probes of a known neighbour before it is forgotten; default 3.</summary>
    public int MaxUnicastSolicit { get; init; } = 3;

    /// <summary>Addresses that are asked for or checked at once, 1 to 65,536; default 1024. One port gets at most as many as are left for the others.</summary>
    public int MaxResolving { get; init; } = 1024;

    /// <summary>Nobody takes an address from an owner that was heard within <see cref="ReachableTime"/>; without it the newcomer wins.</summary>
    public bool Guard { get; init; }

    /// <summary>Scatters the entries; a secret one keeps an attacker from aiming at one place of the table.</summary>
    public ulong HashSeed { get; init; }
}
