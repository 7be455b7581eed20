using System.Globalization;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>What the kernel counted at the interface of a station. Received is what the switch sent, sent is what the switch received.</summary>
/// <remarks>Source: /proc/net/dev of the thread's namespace.</remarks>
internal sealed record KernelCounts(long Received, long Sent, long SentDropped)
{
    internal static KernelCounts Of(LabStation station) => station.Namespace.Run(() =>
    {
        string line = File.ReadLines("/proc/thread-self/net/dev").Single(l => l.TrimStart().StartsWith($"{station.Interface}:", StringComparison.Ordinal));
        long[] values = [.. line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => long.Parse(v, CultureInfo.InvariantCulture))];
        return new KernelCounts(values[1], values[9], values[11]);
    });
}
