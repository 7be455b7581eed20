using VSwitch.Frames;

namespace VSwitch.Devices.Relaying;

/// <summary>Goes through a received batch in runs that a device can take: checksums finished and super-frames cut where it can't do that itself.</summary>
/// <remarks>
/// <code>
/// finisher.Begin(batch, offloads);
/// while (finisher.Next()) { /* finisher.Which of finisher.Batch */ }
/// finisher.End();
/// </code>
/// Owned by one thread at a time.
/// </remarks>
internal sealed class FrameFinisher(FrameBatchPool pool, TrafficCounters counters)
{
    private Segmenter? _segmenter;
    private FrameBatch? _segments;
    private FrameBatch? _received;
    private int[] _indexes = [];
    private int _count;
    private OffloadKinds _taken;
    private LinkLayer _linkLayer;
    private int _next; // of the received batch
    private bool _cutting;

    /// <summary>Where the frames of the run are.</summary>
    internal FrameBatch Batch => _cutting ? _segments! : _received!;

    /// <summary>The frames of the run.</summary>
    internal ReadOnlyMemory<int> Which => _indexes.AsMemory(0, _count);

    /// <summary>Takes up a batch.</summary>
    /// <param name="batch">As received; checksums may be finished in place.</param>
    /// <param name="taken">What the device takes over.</param>
    /// <param name="linkLayer">What the frames begin with.</param>
    internal void Begin(FrameBatch batch, OffloadKinds taken, LinkLayer linkLayer)
    {
        if (_indexes.Length < batch.Capacity)
        {
            _indexes = new int[batch.Capacity];
        }

        (_received, _taken, _linkLayer, _next, _count, _cutting) = (batch, taken, linkLayer, 0, 0, false);
    }

    /// <summary>Goes on to the next run.</summary>
    /// <returns>False when there is none.</returns>
    internal bool Next() => (_cutting && NextSegments()) || NextFrames();

    /// <summary>Forgets the batch.</summary>
    internal void End()
    {
        if (_segments is { } segments)
        {
            _segments = null;
            pool.Return(segments);
        }

        _received = null;
        _cutting = false;
    }

    private bool NextFrames()
    {
        FrameBatch batch = _received!;
        _cutting = false;
        _count = 0;
        while (_next < batch.Count)
        {
            ref FrameMetadata frame = ref batch[_next];
            if (frame.Drop == DropReason.None && (frame.Offload.Kinds & ~_taken) == 0)
            {
                _indexes[_count++] = _next++;
            }
            else if (frame.Drop == DropReason.None && frame.Offload.GsoType != GsoType.None && _count > 0)
            {
                return true; // those in front keep their place
            }
            else if (FinishSlow(batch, ref frame))
            {
                return NextSegments() || NextFrames();
            }
        }

        return _count > 0;
    }

    /// <returns>A super-frame: its segments come next.</returns>
    private bool FinishSlow(FrameBatch batch, ref FrameMetadata frame)
    {
        int index = _next++;
        if (frame.Drop == DropReason.None)
        {
            OffloadInfo offload = frame.Offload;
            bool isValid = offload.TryValidate(batch.Octets(index), _linkLayer);
            frame.Offload = offload;
            if (!isValid)
            {
                frame.Drop = DropReason.BadOffload;
            }
        }

        if (frame.Drop != DropReason.None)
        {
            counters.Drop(frame.Drop);
            return false;
        }

        if (frame.Offload.GsoType == GsoType.None)
        {
            ChecksumCompletion.Complete(batch, index);
            _indexes[_count++] = index;
            return false;
        }

        _segments ??= pool.Rent(FrameBatch.DefaultCapacity);
        counters.Replicate((_segmenter ??= new Segmenter()).Begin(batch, index, _taken, _linkLayer) - 1);
        _cutting = true;
        return true;
    }

    private bool NextSegments()
    {
        _segments!.Clear();
        _count = _segmenter!.Next(_segments);
        if (_indexes.Length < _count)
        {
            _indexes = new int[_segments.Capacity];
        }

        for (int i = 0; i < _count; i++)
        {
            _indexes[i] = i;
        }

        return _count > 0;
    }
}
