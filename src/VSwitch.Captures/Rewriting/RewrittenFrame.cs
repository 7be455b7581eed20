namespace VSwitch.Captures.Rewriting;

/// <summary>A frame after its rewriting.</summary>
/// <param name="Length">Octets of it in the buffer; 0 where it is <see cref="RewriteOutcome.Deleted"/>.</param>
/// <param name="OriginalLength">Octets that it has on the wire, with what the capture does not have.</param>
/// <param name="Outcome">How it went.</param>
public readonly record struct RewrittenFrame(int Length, uint OriginalLength, RewriteOutcome Outcome);
