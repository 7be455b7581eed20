using System.Diagnostics;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Loops;

/// <summary>
/// Finds ports that are connected with each other outside the switch, and blocks all but one of them. It sends nothing and drops nothing itself.
/// </summary>
/// <remarks>
/// Any thread may hear, note evidence and ask; one errand thread at a time advances and writes probes. All times are milliseconds since the switch was made.
/// </remarks>
/// <param name="options">How loops are found.</param>
/// <param name="switchId">Tells this switch from others: to be chosen at random, since a switch takes the probes of another with the same for its own.</param>
/// <param name="secret">What the nonces of probes are made of.</param>
internal sealed class LoopGuard(LoopGuardOptions options, ulong switchId, ulong secret)
{
    /// <summary>Changes that wait for being taken, at most.</summary>
    internal const int MaxChanges = 256;

    // A probe may be on its way when the time is over, or the switch may have stood still: one alone that does not come back says nothing.
    private const int UnansweredToHeal = 2;

    private const long MaxTrialMilliseconds = 60_000;
    private const long RelapseMilliseconds = 5_000;
    private const long QuietMilliseconds = 60_000;

    private readonly Lock _changing = new();
    private readonly Queue<LoopChange> _changes = new();
    private readonly bool _probes = options.Method == LoopGuardMethod.Probe;
    private readonly long _intervalMilliseconds = (long)options.ProbeInterval.TotalMilliseconds;
    private readonly long _healMilliseconds = (long)options.HealTime.TotalMilliseconds;
    private GuardedPort?[] _ports = []; // by index; replaced whole, so that whoever reads sees the ports of one moment
    private ulong _sequence;
    private long _probesSent;
    private long _probesHeard;
    private long _forgedProbes;
    private long _lostChanges;

    /// <summary>Probes written.</summary>
    internal long ProbesSent => Volatile.Read(ref _probesSent);

    /// <summary>Probes of this switch that came back.</summary>
    internal long ProbesHeard => Volatile.Read(ref _probesHeard);

    /// <summary>Probes in this switch's name that it has not sent, or not lately.</summary>
    internal long ForgedProbes => Volatile.Read(ref _forgedProbes);

    /// <summary>Changes that nobody took in time.</summary>
    internal long LostChanges => Volatile.Read(ref _lostChanges);

    /// <summary>Says which ports are up and guarded. One that comes anew is open; any other is forgotten, its block without a change for the log.</summary>
    internal void SetPorts(ReadOnlySpan<PortId> guarded)
    {
        int places = 0;
        foreach (PortId id in guarded)
        {
            Debug.Assert(id.Index < PortId.MaxPorts, "The switch itself and no port at all are not guarded.");
            places = Math.Max(places, id.Index + 1);
        }

        lock (_changing)
        {
            var ports = new GuardedPort?[places];
            foreach (PortId id in guarded)
            {
                ports[id.Index] = Find(id) ?? new(id);
            }

            Volatile.Write(ref _ports, ports);
        }
    }

    /// <summary>Whether nothing but probes may come in or go out by a port now.</summary>
    internal bool IsBlocked(PortId port) => Find(port) is { IsBlocked: true };

    /// <summary>Does what the time brings: opens ports whose loop is gone, and says which are to be probed.</summary>
    /// <param name="nowMilliseconds">Now; to be called several times in a <see cref="LoopGuardOptions.ProbeInterval"/>.</param>
    /// <param name="probesDue">Cleared, and filled with the ports that a probe is to be written for and sent by, blocked ones too.</param>
    internal void Advance(long nowMilliseconds, List<PortId> probesDue)
    {
        probesDue.Clear();
        foreach (GuardedPort? port in Volatile.Read(ref _ports))
        {
            if (port is null)
            {
                continue;
            }

            if (port.IsBlocked && IsOver(port, nowMilliseconds))
            {
                Open(port, nowMilliseconds);
            }

            if (_probes && nowMilliseconds >= port.NextProbeAt)
            {
                port.NextProbeAt = nowMilliseconds + _intervalMilliseconds - port.EarlierMilliseconds;
                port.ProbedAt = nowMilliseconds;
                probesDue.Add(port.Id);
            }
        }
    }

    /// <summary>Writes a probe that is due; it counts as sent when it was found due.</summary>
    /// <param name="port">One of those that <see cref="Advance"/> named last.</param>
    /// <param name="source">A station address of the switch's own.</param>
    /// <param name="into">At least <see cref="LoopProbe.FrameLength"/> octets.</param>
    /// <returns>Octets written; 0 when the port has gone since.</returns>
    internal int WriteProbe(PortId port, MacAddress source, Span<byte> into)
    {
        if (Find(port) is not { } sender)
        {
            return 0;
        }

        ulong nonce = MakeNonce(port);
        sender.Sent.Remember(nonce, sender.ProbedAt);
        sender.EarlierMilliseconds = (long)(nonce >> 32) % ((_intervalMilliseconds / 4) + 1); // no two switches stay in step
        Interlocked.Increment(ref _probesSent);
        return LoopProbe.Write(into, source, port, switchId, nonce);
    }

    /// <summary>Hears a frame: the probe of a port that comes in by the same or another one has found a loop.</summary>
    /// <param name="frame">A frame, as it was received.</param>
    /// <param name="receivedAt">The port that it came in by; need not be guarded.</param>
    /// <param name="nowMilliseconds">Now.</param>
    internal LoopVerdict Hear(ReadOnlySpan<byte> frame, PortId receivedAt, long nowMilliseconds)
    {
        if (!LoopProbe.TryRead(frame, out LoopProbe probe))
        {
            return LoopVerdict.NotAProbe;
        }

        if (probe.SwitchId != switchId)
        {
            return LoopVerdict.Foreign;
        }

        if (Find(probe.Port) is not { } sender || !sender.Sent.Contains(probe.Nonce, nowMilliseconds))
        {
            Interlocked.Increment(ref _forgedProbes);
            return LoopVerdict.Forged;
        }

        Interlocked.Increment(ref _probesHeard);
        if (BlockedOf(sender, Find(receivedAt)) is { } blocked)
        {
            blocked.Hear(nowMilliseconds);
        }
        else
        {
            BlockSlow(sender.Id, receivedAt, nowMilliseconds);
        }

        return LoopVerdict.Ours;
    }

    /// <summary>Notes that two ports exchanged more than <see cref="LoopGuardOptions.Moves"/> stations within a second.</summary>
    /// <remarks>Heeded with <see cref="LoopGuardMethod.Moves"/> only. The caller counts.</remarks>
    internal void NoteEvidence(PortId a, PortId b, long nowMilliseconds)
    {
        if (!_probes && a != b && !IsBlocked(a) && !IsBlocked(b))
        {
            BlockSlow(a, b, nowMilliseconds);
        }
    }

    /// <summary>Takes the oldest change that nobody has taken.</summary>
    internal bool TryTakeChange(out LoopChange change)
    {
        lock (_changing)
        {
            return _changes.TryDequeue(out change);
        }
    }

    // Of two blocked ports it is the higher one that the loop keeps blocked: when the port that was open for both is gone, the lower one opens.
    private static GuardedPort? BlockedOf(GuardedPort? a, GuardedPort? b) => (a, b) switch
    {
        ({ IsBlocked: true }, { IsBlocked: true }) => Higher(a, b),
        ({ IsBlocked: true }, _) => a,
        (_, { IsBlocked: true }) => b,
        _ => null,
    };

    private static GuardedPort? Higher(GuardedPort? a, GuardedPort? b) => b is null || a?.Id.Index > b.Id.Index ? a : b;

    private GuardedPort? Find(PortId id)
    {
        GuardedPort?[] ports = Volatile.Read(ref _ports);
        return id.Index < ports.Length && ports[id.Index] is { } port && port.Id == id ? port : null;
    }

    private bool IsOver(GuardedPort port, long nowMilliseconds)
    {
        long silent = nowMilliseconds - port.HeardAt;
        return _probes ? silent >= _healMilliseconds && port.Unanswered >= UnansweredToHeal : silent >= port.TrialMilliseconds;
    }

    private void BlockSlow(PortId a, PortId b, long nowMilliseconds)
    {
        lock (_changing)
        {
            GuardedPort? ofA = Find(a);
            GuardedPort? ofB = Find(b);
            if (Higher(ofA, ofB) is not { } port || BlockedOf(ofA, ofB) is not null)
            {
                return; // both have gone, or another thread was here first
            }

            port.TrialMilliseconds = NextTrial(port, nowMilliseconds);
            port.Block(port.Id == a ? b : a, nowMilliseconds);
            Report(port, nowMilliseconds);
        }
    }

    private long NextTrial(GuardedPort port, long nowMilliseconds)
    {
        long open = port.OpenedAt is { } openedAt ? nowMilliseconds - openedAt : long.MaxValue;
        return open > QuietMilliseconds ? _healMilliseconds
            : open > RelapseMilliseconds ? port.TrialMilliseconds
            : Math.Min(port.TrialMilliseconds * 2, Math.Max(_healMilliseconds, MaxTrialMilliseconds));
    }

    private void Open(GuardedPort port, long nowMilliseconds)
    {
        lock (_changing)
        {
            if (Find(port.Id) == port && IsOver(port, nowMilliseconds))
            {
                port.Open(nowMilliseconds);
                Report(port, nowMilliseconds);
            }
        }
    }

    private void Report(GuardedPort port, long nowMilliseconds)
    {
        if (_changes.Count == MaxChanges)
        {
            _changes.Dequeue();
            Interlocked.Increment(ref _lostChanges);
        }

        _changes.Enqueue(new(port.Id, port.Other, port.IsBlocked, nowMilliseconds));
    }

    // Keyed, so that nobody who has not seen the probe of a port can make one; by sequence, so that no old one is good again.
    private ulong MakeNonce(PortId port) => Math.Max(1, SipHash.Hash((secret, switchId), port.Value, ++_sequence)); // 0 is no nonce
}
