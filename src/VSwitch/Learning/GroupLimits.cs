namespace VSwitch.Learning;

/// <summary>How much the groups of a table hold, and how much they may.</summary>
/// <remarks>Changed under the table's lock, read by any thread. A table without such limits has none, and counts nothing.</remarks>
internal sealed class GroupLimits
{
    /// <summary>As many as there are VLAN identifiers.</summary>
    internal const int Groups = 4096;

    private readonly int[] _held = new int[Groups];
    private readonly int[] _max = new int[Groups];

    internal GroupLimits() => Array.Fill(_max, int.MaxValue);

    /// <summary>Whether a group may take one more.</summary>
    internal bool HasRoom(int group) => Volatile.Read(ref _held[group]) < Volatile.Read(ref _max[group]);

    internal void SetLimit(int group, int? max) => Volatile.Write(ref _max[group], max ?? int.MaxValue);

    internal void Count(int group, int change) => Volatile.Write(ref _held[group], _held[group] + change);
}
