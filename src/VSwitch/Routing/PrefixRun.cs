namespace VSwitch.Routing;

/// <summary>Neighboring values of an octet with the same longest prefix.</summary>
internal struct PrefixRun
{
    /// <summary>What the longest prefix leads to that ends in the node; null when none does.</summary>
    internal object? Value;

    /// <summary>What continues behind the only value of the run: a <see cref="PrefixNode"/>, a <see cref="PrefixLeaf"/>, or nothing.</summary>
    internal object? Child;
}
