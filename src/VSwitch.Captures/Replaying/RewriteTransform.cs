using VSwitch.Captures.Rewriting;
using VSwitch.Captures.Splitting;

namespace VSwitch.Captures.Replaying;

/// <summary>Rewrites frames on their way to an interface.</summary>
/// <param name="options">What is to be done.</param>
/// <param name="loopsPerAddress">How many loops share their addresses, where each is to have others (<see cref="RewriteOptions.UniqueAddresses"/>).</param>
/// <exception cref="ArgumentException">A map from one family to the other, or a number outside its range.</exception>
public sealed class RewriteTransform(RewriteOptions options, long loopsPerAddress = 1) : IFrameTransform
{
    private readonly FrameRewriter _rewriter = new(options);

    /// <summary>What was done so far.</summary>
    public RewriteCounters Counters => _rewriter.Counters;

    /// <inheritdoc/>
    public bool TryTransform(Span<byte> buffer, ref int length, TrafficSide side, long round)
    {
        length = _rewriter.Rewrite(
            buffer, length, side == TrafficSide.Secondary ? RewriteSide.Secondary : RewriteSide.Primary, (uint)(round / loopsPerAddress % uint.MaxValue));
        return length > 0;
    }
}
