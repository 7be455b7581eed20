using System.Diagnostics.CodeAnalysis;

namespace VSwitch.Testing.Running;

/// <summary>Timers in the order of their moments, those of one moment in the order in which they were set.</summary>
/// <remarks>Any thread. A timer that is set anew leaves its old place behind, which is skipped.</remarks>
internal sealed class TimerQueue
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(VirtualTimer Timer, long Setting), (long Due, long Order)> _queue = new();
    private long _order;

    /// <summary>The next moment; <see cref="long.MaxValue"/> for none.</summary>
    internal long Next
    {
        get
        {
            lock (_lock)
            {
                return TryPeek(out long due) ? due : long.MaxValue;
            }
        }
    }

    internal void Add(VirtualTimer timer, long setting, long due)
    {
        lock (_lock)
        {
            _queue.Enqueue((timer, setting), (due, _order++));
        }
    }

    /// <summary>Takes the next timer out.</summary>
    /// <param name="until">The last moment of interest.</param>
    /// <param name="timer">The timer, when the result is true.</param>
    /// <param name="due">Its moment.</param>
    internal bool TryTake(long until, [NotNullWhen(true)] out VirtualTimer? timer, out long due)
    {
        lock (_lock)
        {
            timer = null;
            if (!TryPeek(out due) || due > until)
            {
                return false;
            }

            timer = _queue.Dequeue().Timer;
            return true;
        }
    }

    private bool TryPeek(out long due)
    {
        while (_queue.TryPeek(out (VirtualTimer Timer, long Setting) first, out (long Due, long Order) place))
        {
            if (first.Timer.Setting == first.Setting)
            {
                due = place.Due;
                return true;
            }

            _queue.Dequeue();
        }

        due = long.MaxValue;
        return false;
    }
}
