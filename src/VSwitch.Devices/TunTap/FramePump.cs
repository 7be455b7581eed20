using VSwitch.Frames;

namespace VSwitch.Devices.TunTap;

/// <summary>Receives on a pool thread whenever there is something, and hands each frame to a handler; never two calls at once.</summary>
internal sealed class FramePump(TunTapQueue queue, FrameHandler handler) : IThreadPoolWorkItem
{
    // Then somebody else's turn on the pool thread.
    private const int MaxBursts = 16;

    private readonly FrameBatch _batch = new();
    private long _faults;
    private volatile bool _stopped;

    /// <summary>Exceptions that the handler threw.</summary>
    internal long Faults => Volatile.Read(ref _faults);

    /// <summary>No call of the handler begins after this, save one that is beginning.</summary>
    internal void Stop() => _stopped = true;

    /// <inheritdoc/>
    public void Execute()
    {
        try
        {
            for (int i = 0; i < MaxBursts && !_stopped; i++)
            {
                _batch.Clear();
                if (queue.TryReceive(_batch) == 0)
                {
                    break;
                }

                Deliver();
            }

            queue.Readiness.ArmPump(this);
        }
        catch (ObjectDisposedException)
        {
            // Closed: no more frames.
        }
    }

    private void Deliver()
    {
        for (int i = 0; i < _batch.Count && !_stopped; i++)
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
