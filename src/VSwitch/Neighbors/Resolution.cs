using VSwitch.Identifiers;

namespace VSwitch.Neighbors;

/// <summary>An address that a timer runs for.</summary>
/// <param name="state">Incomplete, Delay or Probe.</param>
/// <param name="asker">The port that wants to reach it.</param>
/// <param name="source">The address that solicitations are sent from.</param>
/// <param name="since">Milliseconds.</param>
/// <param name="dueAt">Milliseconds: when the timer is over.</param>
internal sealed class Resolution(NeighborState state, PortId asker, IpAddressKey source, long since, long dueAt)
{
    internal NeighborState State { get; private set; } = state;

    internal PortId Asker { get; } = asker;

    internal IpAddressKey Source { get; } = source;

    internal long Since { get; } = since;

    internal long DueAt { get; private set; } = dueAt;

    /// <summary>Solicitations or probes so far.</summary>
    internal int Sent { get; private set; } = state == NeighborState.Incomplete ? 1 : 0;

    internal bool IsIncomplete => State == NeighborState.Incomplete;

    /// <summary>From waiting to probing.</summary>
    internal void Probe() => State = NeighborState.Probe;

    /// <summary>One more was sent. Late calls do not shift the beat, unless they are later than the next one.</summary>
    internal void CountSent(long now, long retransmit)
    {
        Sent++;
        DueAt = DueAt + retransmit > now ? DueAt + retransmit : now + retransmit;
    }

    /// <summary>The address got known on another way: whoever waits is told at the next occasion.</summary>
    internal void EndSoon() => DueAt = long.MinValue;
}
