namespace VSwitch.Captures.Rewriting;

/// <summary>What happens to a VLAN tag.</summary>
public enum VlanEditKind
{
    /// <summary>A tag is put in front of those that are there.</summary>
    Add,

    /// <summary>The outermost tag is taken off, if there is one.</summary>
    Delete,

    /// <summary>The outermost tag is changed, if there is one.</summary>
    Change,
}
