using VSwitch.AccessControl;
using VSwitch.Identifiers;
using VSwitch.Vlans;

namespace VSwitch.Policies;

/// <summary>What the bridge does with frames of a port. Everything is off unless it is asked for, and costs nothing then.</summary>
public sealed record PortPolicy
{
    /// <summary>A member of all VLANs, and nothing else.</summary>
    public static PortPolicy None { get; } = new();

    /// <summary>The port's VLANs and tags.</summary>
    public PortVlans Vlans { get; init; } = PortVlans.Default;

    /// <summary>What is done with frames to 01-80-C2-00-00-00 to -2F.</summary>
    public ReservedAddresses ReservedAddresses { get; init; } = ReservedAddresses.Standard;

    /// <summary>Isolated ports do not reach each other (<c>bridge link set isolated on</c>).</summary>
    public bool IsIsolated { get; init; }

    /// <summary>Frames may go out by the port that they came in by (<c>bridge link set hairpin on</c>).</summary>
    public bool Hairpin { get; init; }

    /// <summary>Sources are learned (<c>bridge link set learning on</c>).</summary>
    public bool Learns { get; init; } = true;

    /// <summary>What is learned stays at this port, and never ages: the first comers are the only ones.</summary>
    public bool IsSticky { get; init; }

    /// <summary>Stations that may be learned here; null for no limit.</summary>
    public StationLimit? StationLimit { get; init; }

    /// <summary>Stations that are here for good.</summary>
    public IReadOnlyList<StationKey> Stations { get; init; } = [];

    /// <summary>How much may be flooded; null for no limit.</summary>
    public StormControl? StormControl { get; init; }

    /// <summary>How much may come in; null for no limit.</summary>
    public RateLimit? Policing { get; init; }

    /// <summary>What may come in; null for everything.</summary>
    public AccessList? IngressAccess { get; init; }

    /// <summary>What may go out; null for everything.</summary>
    public AccessList? EgressAccess { get; init; }

    /// <summary>The loop guard looks after the port, when the switch has one.</summary>
    public bool IsGuarded { get; init; } = true;
}
