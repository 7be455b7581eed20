namespace VSwitch.CompareBench.Measures;

/// <summary>One line of the table.</summary>
/// <param name="Title">With the unit.</param>
/// <param name="Format">A .NET number format.</param>
/// <param name="Goal">What this switch is to reach, beside the reference.</param>
internal sealed record Figure(string Title, string Format, Goal Goal)
{
    /// <summary>Its title in the chart; null when it is not drawn.</summary>
    public string? Chart { get; init; }

    /// <summary>More is worse: a time, a cost.</summary>
    public bool LessIsBetter { get; init; }
}
