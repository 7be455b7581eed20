using VSwitch.Captures.Rewriting;

namespace VSwitch.Captures.Tests.Rewriting;

/// <summary>Rewrites single frames.</summary>
internal static class Rewritten
{
    /// <summary>A frame as a rewriter with these options leaves it.</summary>
    internal static byte[] By(RewriteOptions options, byte[] frame, RewriteSide side = RewriteSide.Primary, uint loop = 0)
    {
        byte[] buffer = new byte[4096];
        frame.CopyTo(buffer, 0);
        return buffer[..new FrameRewriter(options).Rewrite(buffer, frame.Length, side, loop)];
    }
}
