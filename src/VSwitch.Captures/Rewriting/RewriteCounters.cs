namespace VSwitch.Captures.Rewriting;

/// <summary>What a rewriter has done so far.</summary>
/// <param name="Frames">Frames that it saw.</param>
/// <param name="HeaderCut">Of them, those with <see cref="RewriteOutcome.HeaderCut"/>.</param>
/// <param name="NoRoom">Of them, those with <see cref="RewriteOutcome.NoRoom"/>.</param>
/// <param name="Deleted">Of them, those with <see cref="RewriteOutcome.Deleted"/>.</param>
public readonly record struct RewriteCounters(long Frames, long HeaderCut, long NoRoom, long Deleted);
