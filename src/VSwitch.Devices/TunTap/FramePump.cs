using VSwitch.Frames;

namespace VSwitch.Devices.TunTap;

/// <summary>Receives on a pool thread whenever there is something, and hands each frame to a handler; never two calls at once.</summary>
internal sealed class FramePump(TunTapQueue queue) : IThreadPoolWorkItem
{
    // Then somebody else's turn on the pool thread.
    private const int MaxBursts = 16;

    private readonly FrameBatch _batch = new();
    private volatile FrameHandler? _handler;
    private long _faults;
    private int _running;

    /// <summary>Exceptions that handlers threw.</summary>
    internal long Faults => Volatile.Read(ref _faults);

    /// <summary>Who gets the frames; null for nobody. A change takes effect with the next frame.</summary>
    internal FrameHandler? Handler
    {
        get => _handler;
        set
        {
            _handler = value;
            queue.Readiness.SetPump(value is null ? null : this);
        }
    }

    /// <inheritdoc/>
    public void Execute()
    {
        // Set to nobody and to somebody again while a run was under way: that run goes on, and arms the next.
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            return;
        }

        try
        {
            for (int i = 0; i < MaxBursts && _handler is not null; i++)
            {
                _batch.Clear();
                if (queue.TryReceive(_batch) == 0)
                {
                    break;
                }

                Deliver();
            }
        }
        catch (ObjectDisposedException)
        {
            return; // Closed: no more frames.
        }

        Volatile.Write(ref _running, 0);
        queue.Readiness.ArmPump(this);
    }

    private void Deliver()
    {
        for (int i = 0; i < _batch.Count && _handler is { } handler; i++)
        {
            if (_batch[i].Drop != DropReason.None)
            {
                continue;
            }

#pragma warning disable CA1031 // The handler's faults are its own: counted, and the next frame comes.
            try
            {
                handler(_batch.Octets(i));
            }
            catch (Exception)
            {
                Interlocked.Increment(ref _faults);
            }
#pragma warning restore CA1031
        }
    }
}
