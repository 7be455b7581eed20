using VSwitch.Capturing;
using VSwitch.Filtering;
using VSwitch.Forwarding.Layer3;
using VSwitch.Tracing;

namespace VSwitch.Forwarding;

/// <summary>What the pipelines of one switch share.</summary>
/// <param name="time">The only clock.</param>
/// <param name="start">The timestamp from which times are counted.</param>
/// <param name="database">Which port each station is behind.</param>
/// <param name="layer3">What is shared of the internet layer.</param>
/// <param name="own">Counts what the switch says and hears itself.</param>
/// <param name="burstFrames">Frames of a burst at most.</param>
internal sealed class SwitchState(TimeProvider time, long start, FilteringDatabase database, Layer3State layer3, OwnStation own, int burstFrames)
{
    private const int RehearsalStations = 8;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly long _frequency = time.TimestampFrequency;
    private SwitchModel _model = SwitchModel.Empty;
    private TraceSession[]? _tracing;
    private CaptureSession[]? _capturing;
    private ulong _packetIds;

    internal TimeProvider Time { get; } = time;

    internal FilteringDatabase FilteringDatabase { get; } = database;

    internal Layer3State Layer3 { get; } = layer3;

    /// <summary>Counts what the switch says and hears itself.</summary>
    internal OwnStation Own { get; } = own;

    /// <summary>Frames of a burst at most.</summary>
    internal int BurstFrames { get; } = burstFrames;

    /// <summary>The switch as configured now; replaced whole, by one write.</summary>
    internal SwitchModel Model
    {
        get => Volatile.Read(ref _model);
        set => Interlocked.Exchange(ref _model, value); // a full fence: see UnpluggedCounters, which reads the pipelines next
    }

    /// <summary>Who wants to know what becomes of frames; null when nobody does, which costs nothing.</summary>
    internal TraceSession[]? Tracing
    {
        get => Volatile.Read(ref _tracing);
        set => Volatile.Write(ref _tracing, value);
    }

    /// <summary>Who wants copies of frames; null when nobody does, which costs nothing.</summary>
    internal CaptureSession[]? Capturing
    {
        get => Volatile.Read(ref _capturing);
        set => Volatile.Write(ref _capturing, value);
    }

    /// <summary>Numbers for frames, by which their copies are known; none is zero.</summary>
    /// <returns>The first of them.</returns>
    internal ulong TakePacketIds(int count) => Interlocked.Add(ref _packetIds, (ulong)count) - (ulong)count + 1;

    /// <summary>The same, for frames that nobody has sent: one at a time, with counters and a filtering database of their own.</summary>
    internal SwitchState ForRehearsal() => new(Time, start, new FilteringDatabase(RehearsalStations, FilteringDatabase.AgeingTime), Layer3, new OwnStation(), burstFrames: 1);

    /// <summary>The filtering database's time: whole seconds since the switch was made.</summary>
    internal uint SecondsAt(long timestamp) => (uint)((timestamp - start) / _frequency);

    /// <summary>The neighbour table's time: milliseconds since the switch was made.</summary>
    internal long MillisecondsAt(long timestamp) => TimeAt(timestamp).Milliseconds;

    /// <summary>What the stages need to know of a moment.</summary>
    internal BurstTime TimeAt(long timestamp) =>
        new(_frequency == NanosecondsPerSecond ? timestamp - start : NanosecondsSlow(timestamp - start));

    private long NanosecondsSlow(long ticks)
    {
        (long seconds, long rest) = Math.DivRem(ticks, _frequency);
        return (seconds * NanosecondsPerSecond) + (long)((Int128)rest * NanosecondsPerSecond / _frequency);
    }
}
