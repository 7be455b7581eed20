using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Loops;

/// <summary>What the loop guard knows of one port, from its coming up until it goes down.</summary>
/// <remarks>Written under the guard's lock, except where it says otherwise; read by anybody.</remarks>
internal sealed class GuardedPort(PortId id)
{
    private bool _isBlocked;
    private long _heardAt;
    private long _countWhenHeard;

    internal PortId Id { get; } = id;

    /// <summary>Probes that went out by the port.</summary>
    internal SentProbes Sent { get; } = new();

    internal bool IsBlocked => Volatile.Read(ref _isBlocked);

    /// <summary>The port that this one was last blocked for.</summary>
    internal PortId Other { get; private set; } = PortId.None;

    /// <summary>When the next probe is due; at once, for a port that has just come up. Errand thread only.</summary>
    internal long NextProbeAt { get; set; } = long.MinValue;

    /// <summary>How much before its interval is over the next probe but one is due: another time each time. Errand thread only.</summary>
    internal long EarlierMilliseconds { get; set; }

    /// <summary>When the probe was found due that goes out next. Errand thread only.</summary>
    internal long ProbedAt { get; set; }

    /// <summary>For how long the port is blocked before it is tried (<see cref="Policies.LoopGuardMethod.Moves"/>); 0 before its first block.</summary>
    internal long TrialMilliseconds { get; set; }

    /// <summary>When the port was last opened; never, before.</summary>
    internal long? OpenedAt { get; private set; }

    /// <summary>When the loop was last noticed.</summary>
    internal long HeardAt => Volatile.Read(ref _heardAt);

    /// <summary>Probes sent by the port since the loop was last noticed.</summary>
    internal long Unanswered => Sent.Count - Volatile.Read(ref _countWhenHeard);

    /// <summary>The loop is there, or still there. Any thread: of two that hear at once, either may come last.</summary>
    internal void Hear(long nowMilliseconds)
    {
        Volatile.Write(ref _countWhenHeard, Sent.Count);
        Volatile.Write(ref _heardAt, nowMilliseconds);
    }

    internal void Block(PortId other, long nowMilliseconds)
    {
        Other = other;
        Hear(nowMilliseconds);
        Volatile.Write(ref _isBlocked, true);
    }

    internal void Open(long nowMilliseconds)
    {
        OpenedAt = nowMilliseconds;
        Volatile.Write(ref _isBlocked, false);
    }
}
