using VSwitch.Captures.Splitting;
using VSwitch.Frames;

namespace VSwitch.Captures.Replaying;

/// <summary>Replays captures to one or two interfaces, each frame at its moment.</summary>
/// <remarks>
/// <para>
/// A moment is absolute: a frame that is late makes no other late, and after a stall all that is due goes at once. Frames that are due together go together,
/// up to 64 in one call. The next frame is made ready when the one before has been sent, while there is time.
/// </para>
/// One thread, the one that calls <see cref="Run"/>; a replay is for one run.
/// </remarks>
public sealed class Replayer
{
    private const int MaxBurst = 64;
    private const long PatienceNanoseconds = 1_000_000_000; // for an interface without room

    private readonly IReadOnlyList<ReplaySource> _sources;
    private readonly IReadOnlyList<IReplayTarget> _targets;
    private readonly ReplaySchedule _schedule;
    private readonly IReplayClock _clock;
    private readonly ReplayOptions _options;
    private readonly ReplayCounters _counters;
    private readonly ReplayFrame[] _burst = new ReplayFrame[MaxBurst];
    private FrameFeed _feed = null!;
    private int _count;                 // frames in the burst
    private FrameStore? _burstStore;
    private int _burstSide;
    private bool _hasNext;              // the frame behind the burst is known
    private ReplayFrame _next;
    private FrameStore? _nextStore;
    private int _nextSide;
    private bool _isOver;
    private long _loop;
    private long _start;
    private long _last;                 // when the last frame was sent, from the start
    private long _nextProgress = long.MaxValue;

    /// <summary>Sets it up; nothing is opened yet.</summary>
    /// <param name="sources">The captures, in their order.</param>
    /// <param name="targets">One or two interfaces.</param>
    /// <param name="schedule">When frames are due.</param>
    /// <param name="clock">What moments are waited for by.</param>
    /// <param name="options">All else.</param>
    public Replayer(
        IReadOnlyList<ReplaySource> sources, IReadOnlyList<IReplayTarget> targets, ReplaySchedule schedule, IReplayClock clock, ReplayOptions options)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNotEqual(targets.Count is 1 or 2, true, nameof(targets));
        ArgumentOutOfRangeException.ThrowIfNegative(options.Loops);
        (_sources, _targets, _schedule, _clock, _options) = (sources, targets, schedule, clock, options);
        _counters = new(targets);
    }

    /// <summary>Replays to the end.</summary>
    /// <param name="cancellationToken">Ends it, between two frames.</param>
    /// <exception cref="IOException">A capture is not there, or can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to.</exception>
    public ReplayReport Run(CancellationToken cancellationToken)
    {
        using FrameFeed feed = OpenFeed();
        _feed = feed;
        long now = 0;
        bool isStarted = false;
        while (Gather(now, cancellationToken))
        {
            if (!isStarted)
            {
                isStarted = true;
                _start = _clock.Now;
                _nextProgress = (long?)_options.ProgressInterval?.TotalNanoseconds ?? long.MaxValue;
            }

            now = WaitUntil(_burst[0].Due, cancellationToken);
            if (cancellationToken.IsCancellationRequested || IsTimeOver(now))
            {
                break;
            }

            Send(now, cancellationToken);
            now = Elapsed;
            ReportProgress(now);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            _counters.Ended ??= "stopped";
        }

        return Report(_last);
    }

    private long Elapsed => _clock.Now - _start;

    private FrameFeed OpenFeed()
    {
        FramePreparer preparer = new(_options.Splitter, [.. _targets.Select(t => t.Mtu)], _options.Resegment, _options.Transform);
        if (!_options.Preload || _options.Transform is not null)
        {
            return new StreamFeed(_sources, preparer, _options.Loops, _counters.CountBroken);
        }

        using StreamFeed once = new(_sources, preparer, 1, _counters.CountBroken);
        return new StoredFeed(once, _options.Loops);
    }

    // A burst: the next frame, and those behind it that are due no later than it or than now.
    private bool Gather(long now, CancellationToken cancellationToken)
    {
        while (_count < MaxBurst && Fetch(cancellationToken))
        {
            bool fits = _count == 0
                || (_nextStore == _burstStore && _nextSide == _burstSide && _next.Due <= Math.Max(now, _burst[0].Due));
            if (!fits)
            {
                break;
            }

            (_burstStore, _burstSide, _hasNext) = (_nextStore, _nextSide, false);
            _burst[_count++] = _next;
        }

        return _count > 0;
    }

    private bool Fetch(CancellationToken cancellationToken)
    {
        while (!_hasNext && !_isOver)
        {
            FrameFeed.State state = _feed.Advance(mayReuse: _count == 0);
            if (state == FrameFeed.State.Full)
            {
                return false;
            }

            _isOver = state == FrameFeed.State.End || !Take(in _feed.Store[_feed.Index], cancellationToken);
        }

        return _hasNext;
    }

    // False at the end of the replay.
    private bool Take(ref readonly FrameStore.Entry entry, CancellationToken cancellationToken)
    {
        if (entry.Has(FrameMarks.PacketStart))
        {
            if (_counters.Packets == _options.Limit || cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            _counters.CountPacket(entry.Marks);
        }

        if (entry.Has(FrameMarks.FileStart))
        {
            bool isLater = _feed.Loop != _loop;
            _loop = _feed.Loop;
            _schedule.Restart(isLater ? _options.LoopDelay : default);
        }

        if (entry.Side == TrafficSide.Skip)
        {
            _counters.Skipped++;
            return true;
        }

        long due = _schedule.Next(entry.Timestamp, entry.Length);
        int side = Math.Min((int)entry.Side, _targets.Count) - 1;
        if (entry.Failure != ReplayFailure.None)
        {
            _counters.CountFailure(entry.Failure);
            return true;
        }

        (_hasNext, _nextStore, _nextSide) = (true, _feed.Store, side);
        _next = new(entry.Offset, entry.Length, due, entry.Timestamp);
        return true;
    }

    private long WaitUntil(long due, CancellationToken cancellationToken)
    {
        long limit = (long?)_options.Duration?.TotalNanoseconds ?? long.MaxValue;
        long until = Math.Min(due, limit);
        long now = Elapsed;
        while (now < until && !cancellationToken.IsCancellationRequested)
        {
            now = _clock.WaitUntil(_start + Math.Min(until, _nextProgress), cancellationToken) - _start;
            ReportProgress(now);
        }

        return now;
    }

    private bool IsTimeOver(long now) => _options.Duration is { } duration && now >= duration.TotalNanoseconds;

    private void Send(long now, CancellationToken cancellationToken)
    {
        IReplayTarget target = _targets[_burstSide];
        ReadOnlySpan<ReplayFrame> rest = _burst.AsSpan(0, _count);
        long patience = now + PatienceNanoseconds;
        _count = 0;
        while (rest.Length > 0)
        {
            int sent = target.Send(_burstStore!.Memory, rest, out DropReason refusal);
            if (sent > 0)
            {
                _counters.CountSent(_burstSide, rest[..sent], now);
                rest = rest[sent..];
                _last = Elapsed;
                patience = _last + PatienceNanoseconds;
            }

            if (rest.Length == 0)
            {
                break;
            }

            if (target.Ended is { } ended)
            {
                (_counters.Ended, _isOver, _hasNext) = (ended, true, false);
                _counters.CountRefusal(DropReason.LinkDown);
                break;
            }

            now = Elapsed;
            if (refusal == DropReason.EgressFull && now < patience && !cancellationToken.IsCancellationRequested)
            {
                _counters.Retries++;
                target.WaitForRoom(cancellationToken);
                now = Elapsed;
            }
            else
            {
                _counters.CountRefusal(refusal);
                rest = rest[1..];
            }
        }
    }

    private void ReportProgress(long now)
    {
        if (now >= _nextProgress)
        {
            long interval = (long)_options.ProgressInterval!.Value.TotalNanoseconds;
            _nextProgress += ((now - _nextProgress) / interval * interval) + interval;
            _options.Progress?.Invoke(Report(now));
        }
    }

    private ReplayReport Report(long nanoseconds) => _counters.Report(nanoseconds, _counters.Packets > 0 ? _loop + 1 : 0, _schedule.IsPaced);
}
