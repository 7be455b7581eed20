namespace VSwitch.Tool.Ask;

/// <summary>Names of drop reasons, as the documentation has them.</summary>
internal static class Reason
{
    /// <summary><c>notMember</c>, as in messages, becomes <c>NotMember</c>.</summary>
    internal static string Name(string word) => word.Length == 0 ? "" : $"{char.ToUpperInvariant(word[0])}{word.AsSpan(1)}";
}
