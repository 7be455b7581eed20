namespace VSwitch.CompareBench.Measures;

/// <summary>What a goal bounds.</summary>
internal enum GoalKind
{
    /// <summary>Shown, not judged.</summary>
    None,

    /// <summary>Candidate over reference.</summary>
    RatioAtLeast,

    /// <summary>Candidate over reference.</summary>
    RatioAtMost,

    /// <summary>The candidate's own figure, in its unit.</summary>
    ValueAtLeast,

    /// <summary>The candidate's own figure, in its unit.</summary>
    ValueBelow,
}
