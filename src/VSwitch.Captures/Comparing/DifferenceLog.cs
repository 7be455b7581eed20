namespace VSwitch.Captures.Comparing;

/// <summary>Counts what came out, lists the first differences, and tells of each.</summary>
internal sealed class DifferenceLog(int capacity, Action<PacketDifference>? observer)
{
    private readonly List<PacketDifference> _differences = [];
    private readonly long[] _counts = new long[Enum.GetValues<DifferenceKind>().Length];

    internal long Matched { get; set; }

    internal long Reordered { get; set; }

    /// <summary>Octets of the packets that wait.</summary>
    internal long Held { get; set; }

    internal IReadOnlyList<PacketDifference> Differences =>
        [.. _differences.OrderBy(d => (d.Expected ?? d.Actual)!.Number).ThenBy(d => d.Expected is null)];

    internal long Count(DifferenceKind kind) => _counts[(int)kind];

    internal void Add(DifferenceKind kind, ComparedPacket? expected, ComparedPacket? actual, Func<IReadOnlyList<string>> changes)
    {
        _counts[(int)kind]++;
        bool isListed = _differences.Count < capacity;
        if (!isListed && observer is null)
        {
            return; // a text that nobody reads costs the more the more differs
        }

        PacketDifference difference = new(kind, FlowText.Of((expected ?? actual)!), expected, actual, changes());
        observer?.Invoke(difference);
        if (isListed)
        {
            _differences.Add(difference);
        }
    }

    /// <summary>A packet waits no longer.</summary>
    internal void Release(ComparedPacket packet) => Held -= packet.Cost;
}
