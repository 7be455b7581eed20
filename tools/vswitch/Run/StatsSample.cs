using System.Diagnostics;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Tool.Run;

/// <summary>The counters of all ports at one moment.</summary>
internal sealed record StatsSample(long Timestamp, IReadOnlyList<StatsSample.Port> Ports, int Stations, int StationCapacity)
{
    internal static StatsSample Take(VirtualSwitch @switch) => new(
        Stopwatch.GetTimestamp(),
        [.. @switch.Ports.Select(p => new Port(p.Name, p.IsUp, p.Counters))],
        @switch.FilteringDatabase.Count,
        @switch.FilteringDatabase.Capacity);

    /// <summary>One port's counters, copied.</summary>
    internal sealed record Port
    {
        internal Port(string name, bool isUp, TrafficCounters counters)
        {
            Name = name;
            IsUp = isUp;
            ReceivedFrames = counters.ReceivedFrames;
            ReceivedOctets = counters.ReceivedOctets;
            SentFrames = counters.SentFrames;
            SentOctets = counters.SentOctets;
            Drops = [.. DropReasons.All.Select(r => (r, counters.Drops(r))).Where(d => d.Item2 > 0)];
        }

        internal string Name { get; }

        internal bool IsUp { get; }

        internal long ReceivedFrames { get; }

        internal long ReceivedOctets { get; }

        internal long SentFrames { get; }

        internal long SentOctets { get; }

        internal IReadOnlyList<(DropReason Reason, long Frames)> Drops { get; }

        internal long TotalDrops => Drops.Sum(d => d.Frames);
    }
}
