using VSwitch.Captures.Files;

namespace VSwitch.Captures.Replaying;

/// <summary>Reads packets when they are needed; the memory is that of a burst.</summary>
internal sealed class StreamFeed : FrameFeed
{
    private const int Octets = 4 * FrameStore.MaxPacketOctets;
    private const int MaxFrames = 8192;

    private readonly IReadOnlyList<ReplaySource> _sources;
    private readonly FramePreparer _preparer;
    private readonly long _loops;
    private readonly Action<string, CaptureError> _broken;
    private CaptureReader? _reader;
    private int _source = -1;
    private long _number;
    private bool _isFileStart;
    private bool _loopHasPackets;

    /// <summary>Begins at the front of the first capture.</summary>
    /// <param name="sources">In their order.</param>
    /// <param name="preparer">Makes the frames.</param>
    /// <param name="loops">0 for without end.</param>
    /// <param name="broken">Told of a capture that can't be read to its end, in the first loop.</param>
    internal StreamFeed(
        IReadOnlyList<ReplaySource> sources, FramePreparer preparer, long loops, Action<string, CaptureError> broken)
    {
        (_sources, _preparer, _loops, _broken) = (sources, preparer, loops, broken);
        Store = new(Octets, MaxFrames);
    }

    /// <inheritdoc/>
    internal override State Advance(bool mayReuse)
    {
        if (Index + 1 < Store.Count)
        {
            Index++;
            return State.Frame;
        }

        if (mayReuse)
        {
            Store.Clear(); // and not only when it is full: memory that was just used is in the cache
            Index = -1;
        }

        if (!Store.HasRoom)
        {
            return State.Full;
        }

        if (!Read(Store))
        {
            return State.End;
        }

        Index++;
        return State.Frame;
    }

    /// <summary>Reads one packet, or the next loop's first.</summary>
    internal bool Read(FrameStore into)
    {
        while (true)
        {
            if (_reader is null && !OpenNext())
            {
                return false;
            }

            if (_reader!.TryRead(out CapturedPacket packet))
            {
                _preparer.Prepare(in packet, ++_number, Loop, _isFileStart ? FrameMarks.FileStart : FrameMarks.None, into);
                (_isFileStart, _loopHasPackets) = (false, true);
                return true;
            }

            if (_reader.Error is { } error && Loop == 0)
            {
                _broken(_sources[_source].Name, error);
            }

            _reader.Dispose();
            _reader = null;
        }
    }

    public override void Dispose() => _reader?.Dispose();

    private bool OpenNext()
    {
        if (_source + 1 == _sources.Count)
        {
            // Captures without a packet would be replayed without end.
            if (!_loopHasPackets || Loop + 1 == _loops)
            {
                return false;
            }

            (_source, _loopHasPackets) = (-1, false);
            Loop++;
        }

        _reader = _sources[++_source].Open();
        (_number, _isFileStart) = (0, true);
        return true;
    }
}
