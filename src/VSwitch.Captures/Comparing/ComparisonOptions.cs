using VSwitch.Captures.Comparing.Fields;

namespace VSwitch.Captures.Comparing;

/// <summary>What counts as a difference between two captures. The default: every octet, the order within a flow, the interface; not the time.</summary>
public sealed record ComparisonOptions
{
    /// <summary>Names of <see cref="ComparedFields"/> and ranges of octets such as <c>frame[14:20]</c> that don't count.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];

    /// <summary>Whether sequence and acknowledgment numbers of TCP count from the first that the file has of their flow and direction.</summary>
    public bool RelativeSequenceNumbers { get; init; }

    /// <summary>So many packets of its flow may overtake a packet, or be overtaken, before it is a difference.</summary>
    public int ReorderWindow { get; init; }

    /// <summary>Whether the order counts over the whole file; else within each flow of each interface.</summary>
    public bool StrictOrder { get; init; }

    /// <summary>Whether it does not matter by which interface a packet came; else interfaces are matched by name, where one has no name by number.</summary>
    public bool IgnoreInterfaces { get; init; }

    /// <summary>How far the times of a packet may be apart, each counted from the first packet of its file; null when times don't count.</summary>
    public TimeSpan? TimeTolerance { get; init; }

    /// <summary>
    /// Whether packets count as far as both files kept them. Packets are then matched by their headers and the first octets of what follows;
    /// more that both kept is compared behind that.
    /// </summary>
    public bool CommonLength { get; init; }

    /// <summary>How many differences are listed; all are counted.</summary>
    public int MaxDifferences { get; init; } = 1000;

    /// <summary>Octets of memory for packets that wait for their counterpart; when they do not do, the comparison ends early and says so.</summary>
    public long MaxHeldOctets { get; init; } = 512L << 20;
}
