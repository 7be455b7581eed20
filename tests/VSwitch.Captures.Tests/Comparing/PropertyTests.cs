using System.Buffers.Binary;
using VSwitch.Captures.Comparing;
using VSwitch.Captures.Files;
using VSwitch.TestKit;
using static VSwitch.Captures.Tests.Comparing.Captures;

namespace VSwitch.Captures.Tests.Comparing;

/// <summary>Random captures, judged by plain means: lists of octets, and the table of the longest common subsequence.</summary>
public class PropertyTests
{
    [Fact]
    public void Compare_RandomMutations_IsEqualOnlyIfMaskedOctetsAre()
    {
        Random random = new(11);
        int equal = 0;
        for (int round = 0; round < 3000; round++)
        {
            List<byte[]> expected = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => Frame(random))];
            List<byte[]> actual = [.. expected.Select(f => (byte[])[.. f])];
            (int offset, int length) = (random.Next(60), random.Next(1, 40));
            Mutate(random, actual, offset, length);
            ComparisonOptions options = new() { StrictOrder = true, Ignore = [$"frame[{offset}:{length}]"] };
            bool isEqual = Masked(expected, offset, length).SequenceEqual(Masked(actual, offset, length));
            CaptureComparison comparison = Compare(Of(expected), Of(actual), options);
            Assert.True(comparison.IsEqual == isEqual, $"round {round}: {Text(comparison)}");
            Assert.Equal(expected.Count, comparison.Matched + comparison.Changed + comparison.Moved + comparison.Missing);
            Assert.Equal(actual.Count, comparison.Matched + comparison.Changed + comparison.Moved + comparison.Unexpected);
            Assert.All(comparison.Differences, d => Assert.NotEmpty(d.Changes));
            equal += isEqual ? 1 : 0;
        }

        Assert.InRange(equal, 300, 2700); // both verdicts were tried
    }

    [Fact]
    public void Compare_RandomEdits_MatchesAsManyAsTheLongestCommonSubsequence()
    {
        Random random = new(12);
        for (int round = 0; round < 300; round++)
        {
            int alphabet = random.Next(2, 40);
            int[] expected = [.. Enumerable.Range(0, random.Next(120)).Select(_ => random.Next(alphabet))];
            List<int> actual = [.. expected];
            for (int edits = random.Next(12); edits > 0 && actual.Count > 0; edits--)
            {
                int at = random.Next(actual.Count);
                if (random.Next(2) == 0)
                {
                    actual.RemoveAt(at);
                }
                else
                {
                    actual.Insert(at, random.Next(alphabet));
                }
            }

            SequenceAligner aligner = new();
            List<(int Expected, int Actual)> pairs = aligner.Align([.. expected.Select(e => (UInt128)e)], [.. actual.Select(e => (UInt128)e)]);
            Assert.Equal(Longest(expected, [.. actual]), pairs.Count);
            Assert.All(pairs, p => Assert.Equal(expected[p.Expected], actual[p.Actual]));
            Assert.All(pairs.Zip(pairs.Skip(1)), p => Assert.True(p.First.Expected < p.Second.Expected && p.First.Actual < p.Second.Actual));
        }
    }

    /// <summary>However two captures of 200,000 packets differ, alignment takes so many steps a packet at most.</summary>
    [Theory]
    [InlineData("changed", 20)]
    [InlineData("shifted", 4)]
    [InlineData("two kinds", 20)]
    [InlineData("random kinds", 150)]
    [InlineData("reversed", 20)]
    public void Compare_ManyPackets_TakesBoundedSteps(string how, int maxSteps)
    {
        const int Count = 100_000;
        Random random = new(13);
        IEnumerable<int> numbers = Enumerable.Range(0, Count);
        int[] expected = [.. numbers.Select(n => how switch { "two kinds" => random.Next(2), "random kinds" => random.Next(1000), _ => n })];
        int[] actual = how switch
        {
            "changed" => [.. numbers.Select(n => n + Count)],
            "shifted" => [.. numbers.Skip(5000)],
            "reversed" => [.. numbers.Reverse()],
            _ => [.. expected.OrderBy(_ => random.Next())],
        };
        using CaptureReader mine = CaptureReader.Open(new MemoryStream(Of(expected.Select(Small))));
        using CaptureReader its = CaptureReader.Open(new MemoryStream(Of(actual.Select(Small))));
        DifferenceLog log = new(0, null);
        ComparisonRun run = new(new ComparisonOptions(), log);
        Assert.True(run.Run(mine, its));
        Assert.True(run.Steps <= (long)maxSteps * (expected.Length + actual.Length), $"{run.Steps / (expected.Length + actual.Length)} steps a packet");
        Assert.Equal(expected.Length, log.Matched + log.Count(DifferenceKind.Changed) + log.Count(DifferenceKind.Moved) + log.Count(DifferenceKind.Missing));
        Assert.Equal(0, log.Held);
        if (how == "shifted")
        {
            Assert.Equal((Count - 5000, 5000), (log.Matched, log.Count(DifferenceKind.Missing)));
        }
    }

    private static byte[] Small(int number)
    {
        byte[] frame = new byte[64];
        (frame[12], frame[13]) = (0x88, 0xB5);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(20), number);
        return frame;
    }

    private static byte[] Frame(Random random) => (random.Next(4) switch
    {
        0 => new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", random.Next(4), new TcpFields((uint)random.Next(1, 4))),
        1 => new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", random.Next(4)),
        2 => new FrameBuilder().ArpRequest("10.0.0.1", "10.0.0.2").Padding(18),
        _ => new FrameBuilder().Vlan(5).Udp("fd00::1", "fd00::2", random.Next(4)),
    }).Build();

    private static void Mutate(Random random, List<byte[]> frames, int offset, int length)
    {
        for (int i = random.Next(3); i > 0; i--)
        {
            int which = random.Next(frames.Count);
            byte[] frame = frames[which];
            switch (random.Next(7))
            {
                case 0:
                    frame[random.Next(frame.Length)] ^= (byte)random.Next(256);
                    break;
                case 1:
                    frames.Insert(random.Next(frames.Count + 1), frame);
                    break;
                case 2 when frames.Count > 1:
                    frames.RemoveAt(which);
                    break;
                case 3 when frames.Count > 1:
                    int other = random.Next(frames.Count);
                    (frames[which], frames[other]) = (frames[other], frame);
                    break;
                default:
                    int at = offset + random.Next(length);
                    if (at < frame.Length)
                    {
                        frame[at] ^= (byte)random.Next(256);
                    }

                    break;
            }
        }
    }

    private static IEnumerable<string> Masked(List<byte[]> frames, int offset, int length) =>
        frames.Select(f => Convert.ToHexString([.. f.Select((octet, i) => i >= offset && i < offset + length ? (byte)0 : octet)]));

    private static int Longest(int[] a, int[] b)
    {
        int[,] table = new int[a.Length + 1, b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                table[i, j] = a[i - 1] == b[j - 1] ? table[i - 1, j - 1] + 1 : Math.Max(table[i - 1, j], table[i, j - 1]);
            }
        }

        return table[a.Length, b.Length];
    }
}
