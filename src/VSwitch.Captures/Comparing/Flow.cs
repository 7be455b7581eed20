namespace VSwitch.Captures.Comparing;

/// <summary>The packets of a flow that have no counterpart yet.</summary>
internal sealed class Flow
{
    private uint? _expectedForward;
    private uint? _expectedBack;
    private uint? _actualForward;
    private uint? _actualBack;

    internal PacketQueue Expected { get; } = new();

    internal PacketQueue Actual { get; } = new();

    /// <summary>Packets that alignment has passed by: their counterparts may be elsewhere.</summary>
    internal List<ComparedPacket> Missing { get; } = [];

    /// <summary>The same of the other side.</summary>
    internal List<ComparedPacket> Unexpected { get; } = [];

    /// <summary>Packets that have their counterparts.</summary>
    internal long Rank { get; set; }

    /// <summary>How many packets must wait on both sides before the next try to align them.</summary>
    internal int NextAttempt { get; set; } = FlowAligner.FirstWindow;

    internal bool IsIdle => Expected.Count + Actual.Count + Missing.Count + Unexpected.Count == 0;

    /// <summary>From where the numbers of a segment of TCP count: the first of its direction, and the first of the other.</summary>
    internal (uint Sequence, uint Acknowledgment) Bases(bool isActual, bool isForward, uint sequence, uint? acknowledgment)
    {
        ref uint? forward = ref isActual ? ref _actualForward : ref _expectedForward;
        ref uint? back = ref isActual ? ref _actualBack : ref _expectedBack;
        ref uint? own = ref isForward ? ref forward : ref back;
        ref uint? other = ref isForward ? ref back : ref forward;
        uint first = own ??= sequence;
        return acknowledgment is { } number ? (first, other ??= number) : (first, 0);
    }
}
