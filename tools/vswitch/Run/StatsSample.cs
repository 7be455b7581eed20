using System.Diagnostics;
using VSwitch.Devices;
using VSwitch.Devices.TunTap;
using VSwitch.Frames;
using VSwitch.Policies;

namespace VSwitch.Tool.Run;

/// <summary>The counters of all ports at one moment.</summary>
internal sealed record StatsSample(
    long Timestamp, IReadOnlyList<StatsSample.Port> Ports, int Stations, int StationCapacity, int Neighbors, int NeighborCapacity, long NeighborConflicts)
{
    internal static StatsSample Take(VirtualSwitch @switch, IReadOnlyList<string>? lostPorts = null) => new(
        Stopwatch.GetTimestamp(),
        [.. @switch.Ports.Select(p => new Port(p)), .. (lostPorts ?? []).Select(n => new Port(n))],
        @switch.FilteringDatabase.Count,
        @switch.FilteringDatabase.Capacity,
        @switch.Neighbors.Count,
        @switch.Neighbors.Capacity,
        @switch.Neighbors.Conflicts);

    /// <summary>One port's counters, copied.</summary>
    internal sealed record Port
    {
        internal Port(SwitchPort port)
        {
            TrafficCounters counters = port.Counters;
            Name = port.Name;
            Block = port.IsUp ? port.Block : PortBlock.None;
            State = !port.IsUp ? "down" : Block != PortBlock.None ? "blocked" : "up";
            ReceivedFrames = counters.ReceivedFrames;
            ReceivedOctets = counters.ReceivedOctets;
            SentFrames = counters.SentFrames;
            SentOctets = counters.SentOctets;
            KernelDrops = AskKernel(port.Device);
            Drops = [.. DropReasons.All.Select(r => (r, counters.Drops(r))).Where(d => d.Item2 > 0)];
        }

        /// <summary>A port whose device is lost.</summary>
        internal Port(string name)
        {
            Name = name;
            State = "gone";
            Drops = [];
        }

        internal string Name { get; }

        /// <summary>up, blocked, down, or gone: the device is lost, and will be opened again when that is possible.</summary>
        internal string State { get; }

        /// <summary>Why it is blocked.</summary>
        internal PortBlock Block { get; }

        internal long ReceivedFrames { get; }

        internal long ReceivedOctets { get; }

        internal long SentFrames { get; }

        internal long SentOctets { get; }

        internal IReadOnlyList<(DropReason Reason, long Frames)> Drops { get; }

        /// <summary>
        /// Frames that the kernel dropped before the switch could read them: the TAP's queue was full. Null when the kernel does not say.
        /// </summary>
        internal long? KernelDrops { get; }

        internal long TotalDrops => Drops.Sum(d => d.Frames) + (KernelDrops ?? 0);

        private static long? AskKernel(IPacketDevice device)
        {
            try
            {
                return (device as TunTapDevice)?.ReadLink().TransmitDropped;
            }
            catch (Exception error) when (error is LinuxException or ObjectDisposedException)
            {
                return null; // the interface is just going away
            }
        }
    }
}
