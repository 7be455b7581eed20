using VSwitch.Captures.Rewriting;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>The same octets as tcprewrite 4.4.3, option by option, over frames of real captures; where not, a known difference says why.</summary>
public sealed class RewriteDifferentialTests(RewriteOracle oracle, ITestOutputHelper output) : IClassFixture<RewriteOracle>
{
    private const int MacOctets = 12;
    private const int MaxShown = 20;

    private readonly FrameRewriter _fixing = new(new() { FixChecksums = true });

    public static TheoryData<string> Arguments => [.. RewriteCases.All.Select(c => c.Arguments)];

    [Theory]
    [MemberData(nameof(Arguments))]
    public void Rewrite_OfRealFrames_IsThatOfTcprewrite(string arguments)
    {
        RewriteCase options = RewriteCases.All.Single(c => c.Arguments == arguments);
        IReadOnlyList<RewriteFrame> frames = [.. oracle.Frames.Where(options.IsFor)];
        List<RewriteFrame> theirs = oracle.Run(frames, [.. options.IsSplit ? ["-c", oracle.Cache] : (string[])[], .. arguments.Split(' ')]);
        FrameRewriter keeping = new(options.Options), fixing = new(options.Options with { FixChecksums = true }); // tcprewrite always fixes them
        byte[] kept = new byte[FrameRewriter.BufferOctets], made = new byte[FrameRewriter.BufferOctets];
        var known = new Dictionary<RewriteDifference, int>();
        int same = 0, wrong = 0;
        for (int i = 0; i < theirs.Count; i++)
        {
            RewriteFrame frame = frames[i];
            RewriteSide side = options.IsSplit && oracle.IsSecondary(i) ? RewriteSide.Secondary : RewriteSide.Primary;
            RewrittenFrame ours = Rewrite(fixing, frame, made, side);
            ReadOnlySpan<byte> octets = made.AsSpan(0, ours.Length);
            bool wasRight = ours.Outcome != RewriteOutcome.Done || IsRight(frame, kept);
            RewrittenFrame ourKept = Rewrite(keeping, frame, kept, side);
            if (wasRight && !options.CutsPackets && !octets.SequenceEqual(kept.AsSpan(0, ourKept.Length)) && wrong++ < MaxShown)
            {
                output.WriteLine($"{frame.Name}: checksums were right, and are not: {Differences(frame, octets, kept.AsSpan(0, ourKept.Length))}");
            }

            if (Same(frame, octets, theirs[i].Octets) && ours.OriginalLength == theirs[i].OriginalLength)
            {
                same++;
            }
            else if (RewriteDifferences.Of(frame, options, wasRight) is { } difference)
            {
                known[difference] = known.GetValueOrDefault(difference) + 1;
            }
            else if (wrong++ < MaxShown)
            {
                output.WriteLine($"{frame.Name} {frame.EtherType:x} {frame.Protocol} length {frame.OriginalLength} to {ours.OriginalLength}, theirs {theirs[i].OriginalLength}: {Differences(frame, octets, theirs[i].Octets)}");
            }
        }

        output.WriteLine($"{same} of {theirs.Count} the same; {string.Join(", ", known.Select(k => $"{k.Key} {k.Value}"))}");
        Assert.Equal(0, wrong);
        Assert.True(same > theirs.Count / 10, "too few frames are compared");
    }

    private bool IsRight(RewriteFrame frame, byte[] buffer)
    {
        Rewrite(_fixing, frame, buffer, RewriteSide.Primary);
        return buffer.AsSpan(0, frame.Octets.Length).SequenceEqual(frame.Octets);
    }

    private static RewrittenFrame Rewrite(FrameRewriter rewriter, RewriteFrame frame, byte[] buffer, RewriteSide side)
    {
        frame.Octets.CopyTo(buffer, 0);
        return rewriter.Rewrite(buffer, frame.Octets.Length, frame.OriginalLength, side);
    }

    // tcprewrite puts 33:33 and the end of the IP addresses into the MAC addresses of every IPv6 frame, whatever it is asked: from there on it is compared.
    private static bool Same(RewriteFrame frame, ReadOnlySpan<byte> ours, ReadOnlySpan<byte> theirs) =>
        frame.IsIPv6 ? ours[MacOctets..].SequenceEqual(theirs[MacOctets..]) : ours.SequenceEqual(theirs);

    private static string Differences(RewriteFrame frame, ReadOnlySpan<byte> ours, ReadOnlySpan<byte> theirs)
    {
        List<string> all = ours.Length == theirs.Length ? [] : [$"{ours.Length} octets, theirs {theirs.Length}"];
        for (int i = frame.IsIPv6 ? MacOctets : 0; i < Math.Min(ours.Length, theirs.Length) && all.Count < 8; i++)
        {
            if (ours[i] != theirs[i])
            {
                all.Add($"at {i} {ours[i]:x2}, theirs {theirs[i]:x2}");
            }
        }

        return string.Join(", ", all);
    }
}
