using System.Diagnostics;
using VSwitch.Policies;
using VSwitch.Terminal;

namespace VSwitch.Tool.Run;

/// <summary>Two samples as lines of text.</summary>
internal static class StatsText
{
    internal static IEnumerable<string> Lines(StatsSample before, StatsSample now)
    {
        double seconds = Math.Max(Stopwatch.GetElapsedTime(before.Timestamp, now.Timestamp).TotalSeconds, 1e-3);
        var table = new TextTable("port", "state", "rx frame/s", "rx bit/s", "tx frame/s", "tx bit/s", "drops");
        foreach (StatsSample.Port port in now.Ports)
        {
            StatsSample.Port? last = before.Ports.FirstOrDefault(p => p.Name == port.Name);
            table.Add(
                port.Name,
                StateOf(port),
                Rate(port.ReceivedFrames, last?.ReceivedFrames),
                Rate(port.ReceivedOctets * 8, last?.ReceivedOctets * 8),
                Rate(port.SentFrames, last?.SentFrames),
                Rate(port.SentOctets * 8, last?.SentOctets * 8),
                Quantity.Long(port.TotalDrops));
        }

        foreach (string line in table.Lines())
        {
            yield return line;
        }

        foreach (StatsSample.Port port in now.Ports.Where(p => p.TotalDrops > 0))
        {
            IEnumerable<string> reasons = port.Drops.Select(d => $"{d.Reason} {Quantity.Long(d.Frames)}");
            IEnumerable<string> kernel = port.KernelDrops > 0 ? [$"kernel's queue full {Quantity.Long(port.KernelDrops.Value)}"] : [];
            yield return $"{port.Name} drops: {string.Join(", ", reasons.Concat(kernel))}";
        }

        yield return $"stations {Quantity.Long(now.Stations)} of {Quantity.Long(now.StationCapacity)}";
        if (now.Neighbors > 0 || now.NeighborConflicts > 0)
        {
            string conflicts = now.NeighborConflicts > 0 ? $", claimed by two: {Quantity.Long(now.NeighborConflicts)}" : "";
            yield return $"neighbours {Quantity.Long(now.Neighbors)} of {Quantity.Long(now.NeighborCapacity)}{conflicts}";
        }

        static string StateOf(StatsSample.Port port) => port.Block switch
        {
            PortBlock.Loop => $"{port.State} (loop)",
            PortBlock.StationLimit => $"{port.State} (limit)",
            _ => port.State,
        };

        // A port that was opened again counts from zero.
        string Rate(long current, long? last) => Quantity.Short(Math.Max(0, current - (last ?? 0)) / seconds);
    }
}
