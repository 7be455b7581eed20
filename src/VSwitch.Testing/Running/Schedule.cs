namespace VSwitch.Testing.Running;

/// <summary>What happens in a lab, and when: one thing after the other, in one order.</summary>
/// <remarks>
/// One thread. Of one moment, first come the clock's timers, then frames that arrive over cables, then what the test has put off, then what the switches do by themselves, then replays; of
/// each kind, what was entered first. A frame goes all its way, as far as that takes no time, before anything else happens.
/// </remarks>
internal sealed class Schedule(VirtualClock clock)
{
    /// <summary>Frames that may be on their way over cables at once.</summary>
    internal const int MaxUnderWay = 16_384;

    /// <summary>Frames that may arrive over cables, of one frame that was sent, without any time passing.</summary>
    internal const int MaxArrivalsAtOnce = 100_000;

    private readonly List<SwitchRunner> _switches = [];
    private readonly Queue<Arrival> _now = new();
    private readonly PriorityQueue<Arrival, (long Due, long Order)> _later = new();
    private readonly PriorityQueue<Action, (long Due, long Order)> _actions = new();
    private readonly PriorityQueue<ReplayTrack, (long Due, long Order)> _tracks = new();
    private long _order;
    private bool _isSettling;
    private bool _overflow;

    /// <summary>Replays have frames to send, cables to bring, or the test has put something off.</summary>
    internal bool IsIdle => _tracks.Count == 0 && _later.Count == 0 && _actions.Count == 0;

    /// <summary>Replays that have not ended.</summary>
    internal IEnumerable<ReplayTrack> Tracks => _tracks.UnorderedItems.Select(t => t.Element);

    internal void Add(SwitchRunner runner) => _switches.Add(runner);

    internal void Add(ReplayTrack track) => _tracks.Enqueue(track, (track.Due, track.Order = _order++));

    internal void Add(Action action, long due) => _actions.Enqueue(action, (due, _order++));

    /// <summary>A frame comes out of a cable, now or later.</summary>
    internal void Add(PluggedDevice to, ReadOnlyMemory<byte> frame, long latency)
    {
        if (_now.Count + _later.Count >= MaxUnderWay)
        {
            _overflow = true; // thrown here, it would be a fault of the device to the switch, and no more
            return;
        }

        if (latency == 0)
        {
            _now.Enqueue(new Arrival(to, frame));
        }
        else
        {
            _later.Enqueue(new Arrival(to, frame), (clock.Nanoseconds + latency, _order++));
        }
    }

    /// <summary>A station sends a frame now; the switches forward it before this returns, unless they are at something just now.</summary>
    internal void Send(PluggedDevice at, ReadOnlyMemory<byte> frame)
    {
        _now.Enqueue(new Arrival(at, frame));
        Settle();
    }

    /// <summary>Lets all happen up to a moment; the clock shows it then.</summary>
    internal void RunUntil(long end)
    {
        while (Step(end))
        {
        }

        clock.AdvanceTo(end);
        Settle();
    }

    /// <summary>Lets all happen until nothing is planned any more.</summary>
    /// <returns>False when that is not so at the limit.</returns>
    internal bool RunUntilIdle(long limit)
    {
        Settle();
        while (!IsIdle)
        {
            if (!Step(limit))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The next thing happens, if it does up to a moment.</summary>
    private bool Step(long limit)
    {
        SwitchRunner? first = null;
        long advance = long.MaxValue;
        foreach (SwitchRunner runner in _switches)
        {
            long next = runner.NextAdvance;
            if (next < advance)
            {
                (first, advance) = (runner, next);
            }
        }

        long planned = Math.Min(Math.Min(First(_later), First(_actions)), Math.Min(First(_tracks), clock.NextTimer));
        long due = Math.Max(clock.Nanoseconds, Math.Min(planned, advance));
        if (due > limit)
        {
            return false;
        }

        clock.AdvanceTo(due);
        Settle();
        if (First(_later) <= due)
        {
            _now.Enqueue(_later.Dequeue());
        }
        else if (First(_actions) <= due)
        {
            _actions.Dequeue()();
        }
        else if (advance <= due)
        {
            first!.Advance();
        }
        else if (First(_tracks) <= due)
        {
            Send(_tracks.Dequeue());
        }

        Settle();
        return true;
    }

    private void Send(ReplayTrack track)
    {
        _now.Enqueue(new Arrival(track.To, track.Take()));
        if (!track.HasEnded)
        {
            _tracks.Enqueue(track, (track.Due, track.Order));
        }
    }

    private void Settle()
    {
        if (_isSettling)
        {
            return; // a callback of a frame that is under way sends another: it is next
        }

        _isSettling = true;
        int arrivals = 0;
        try
        {
            while (_now.TryDequeue(out Arrival arrival))
            {
                if (++arrivals > MaxArrivalsAtOnce)
                {
                    throw Endless($"a frame has gone over {MaxArrivalsAtOnce} cables");
                }

                arrival.To.Receive(arrival.Frame);
                ThrowIfFull();
            }

            ThrowIfFull(); // what a switch says by itself may be too much, too
        }
        finally
        {
            _now.Clear();
            _isSettling = false;
        }
    }

    private void ThrowIfFull()
    {
        if (_overflow)
        {
            _overflow = false;
            _later.Clear();
            throw Endless($"{MaxUnderWay} frames are on cables at once");
        }
    }

    private static long First<T>(PriorityQueue<T, (long Due, long Order)> queue) =>
        queue.TryPeek(out _, out (long Due, long Order) place) ? place.Due : long.MaxValue;

    private static InvalidOperationException Endless(string what) =>
        new($"{what}: the cables make a loop; leave one out, or block a port (a loop guard finds it in time when cables have a latency and broadcasts are limited)");

    private readonly record struct Arrival(PluggedDevice To, ReadOnlyMemory<byte> Frame);
}
