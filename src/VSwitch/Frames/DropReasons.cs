namespace VSwitch.Frames;

/// <summary>Facts about <see cref="DropReason"/> as a set.</summary>
public static class DropReasons
{
    /// <summary>Members, <see cref="DropReason.None"/> included: the length of a table of counters.</summary>
    public const int Count = (int)DropReason.Taken + 1;

    /// <summary>Every reason, in the order of the stages; <see cref="DropReason.None"/> and <see cref="DropReason.Taken"/> are none.</summary>
    public static IReadOnlyList<DropReason> All { get; } = [.. Enum.GetValues<DropReason>().Where(r => r is not (DropReason.None or DropReason.Taken))];
}
