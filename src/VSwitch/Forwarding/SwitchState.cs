using VSwitch.Filtering;
using VSwitch.Forwarding.Layer3;

namespace VSwitch.Forwarding;

/// <summary>What the pipelines of one switch share.</summary>
internal sealed class SwitchState(TimeProvider time, FilteringDatabase database, Layer3State layer3, int burstFrames)
{
    private readonly long _start = time.GetTimestamp();
    private readonly long _frequency = time.TimestampFrequency;
    private SwitchModel _model = SwitchModel.Empty;

    internal TimeProvider Time { get; } = time;

    internal FilteringDatabase FilteringDatabase { get; } = database;

    internal Layer3State Layer3 { get; } = layer3;

    /// <summary>Frames of a burst at most.</summary>
    internal int BurstFrames { get; } = burstFrames;

    /// <summary>The switch as configured now; replaced whole, by one write.</summary>
    internal SwitchModel Model
    {
        get => Volatile.Read(ref _model);
        set => Interlocked.Exchange(ref _model, value); // a full fence: see UnpluggedCounters, which reads the pipelines next
    }

    /// <summary>The filtering database's time: whole seconds since the switch was made.</summary>
    internal uint SecondsAt(long timestamp) => (uint)((timestamp - _start) / _frequency);

    /// <summary>The neighbour table's time: milliseconds since the switch was made.</summary>
    internal long MillisecondsAt(long timestamp)
    {
        (long seconds, long rest) = Math.DivRem(timestamp - _start, _frequency);
        return (seconds * 1000) + (rest * 1000 / _frequency);
    }
}
