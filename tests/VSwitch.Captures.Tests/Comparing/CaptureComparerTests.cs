using System.Buffers.Binary;
using VSwitch.Captures.Comparing;
using VSwitch.Captures.Files;
using VSwitch.TestKit;
using static VSwitch.Captures.Tests.Comparing.Captures;

namespace VSwitch.Captures.Tests.Comparing;

public class CaptureComparerTests
{
    private static readonly byte[][] s_packets = [.. Enumerable.Range(0, 300).Select(i => Numbered(i))];

    [Fact]
    public void Compare_Equal_AllMatch() => AssertCounts(Compare(Of(s_packets), Of(s_packets)), 300);

    [Fact]
    public void Compare_BothEmpty_IsEqual() => AssertCounts(Compare(Of(), Of()), 0);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 40)]
    [InlineData(150, 1)]
    [InlineData(100, 90)]
    [InlineData(299, 1)]
    [InlineData(260, 40)]
    [InlineData(0, 300)]
    public void Compare_SomeTakenOut_AreMissing(int at, int count)
    {
        byte[][] rest = [.. s_packets[..at], .. s_packets[(at + count)..]];
        CaptureComparison comparison = Compare(Of(s_packets), Of(rest));
        AssertCounts(comparison, 300 - count, missing: count);
        Assert.Equal(Enumerable.Range(at + 1, count).Select(i => (long)i), comparison.Differences.Select(d => d.Expected!.Number));
        AssertCounts(Compare(Of(rest), Of(s_packets)), 300 - count, unexpected: count);
    }

    [Fact]
    public void Compare_Duplicate_IsUnexpected()
    {
        CaptureComparison comparison = Compare(Of(s_packets), Of([.. s_packets[..100], s_packets[99], .. s_packets[100..]]));
        AssertCounts(comparison, 300, unexpected: 1);
        Assert.Contains(comparison.Differences[0].Actual!.Number, new[] { 100L, 101L });
    }

    [Fact]
    public void Compare_ChangedAndMissingSideBySide_AreToldApart()
    {
        byte[] changed = [.. s_packets[10]];
        changed[^1] ^= 0xFF;
        CaptureComparison comparison = Compare(Of(s_packets), Of([.. s_packets[..10], changed, .. s_packets[12..]]));
        AssertCounts(comparison, 298, changed: 1, missing: 1);
        Assert.Equal("payload differs at octet 61 (1 octet)", comparison.Differences[0].Text);
        Assert.Equal(12, comparison.Differences[1].Expected!.Number);
    }

    [Theory]
    [InlineData(5, 4, 0)]
    [InlineData(5, 5, 1)]
    [InlineData(100, 99, 0)]
    [InlineData(100, 100, 1)]
    public void Compare_OnePacketLate_IsMovedBeyondTheWindow(int places, int window, int inWindow)
    {
        byte[][] late = [.. s_packets[..50], .. s_packets[51..(51 + places)], s_packets[50], .. s_packets[(51 + places)..]];
        CaptureComparison comparison = Compare(Of(s_packets), Of(late), new ComparisonOptions { ReorderWindow = window });
        AssertCounts(comparison, 299 + inWindow, moved: 1 - inWindow);
        Assert.Equal(inWindow, comparison.Reordered);
        if (inWindow == 0)
        {
            Assert.Equal($"came {places} places later", comparison.Differences.Single().Text);
        }
    }

    [Fact]
    public void Compare_FlowsInterleavedOtherwise_IsEqualUnlessOrderIsStrict()
    {
        byte[][] first = [.. Enumerable.Range(0, 200).Select(i => Numbered(i, 1000))];
        byte[][] second = [.. Enumerable.Range(0, 200).Select(i => Numbered(i, 2000))];
        byte[] oneByOne = Of(first.Zip(second).SelectMany(p => new[] { p.First, p.Second }));
        byte[] behind = Of([.. first, .. second]);
        AssertCounts(Compare(oneByOne, behind), 400);
        Assert.False(Compare(oneByOne, behind, new ComparisonOptions { StrictOrder = true }).IsEqual);
        AssertCounts(Compare(oneByOne, oneByOne, new ComparisonOptions { StrictOrder = true }), 400);
    }

    [Fact]
    public void Compare_AddressChanged_IsChangedThoughTheFlowIsAnother()
    {
        byte[] moved = new FrameBuilder().Udp("10.0.0.1", "10.0.0.9", 20, 1000).Build();
        byte[] before = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 20, 1000).Build();
        CaptureComparison comparison = Compare(Of([s_packets[0], before]), Of([s_packets[0], moved]));
        AssertCounts(comparison, 1, changed: 1);
        Assert.StartsWith("ip.checksum 0x", comparison.Differences[0].Text, StringComparison.Ordinal);
        Assert.Contains("ip.dst 10.0.0.2 -> 10.0.0.9", comparison.Differences[0].Changes);
        Assert.Equal("10.0.0.1:1000 > 10.0.0.2:5001 udp", comparison.Differences[0].Flow);
    }

    [Fact]
    public void Compare_Interfaces_AreMatchedByNameThenByNumber()
    {
        byte[] expected = At([("a", 0), ("b", 1)]);
        AssertCounts(Compare(expected, At([("b", 1), ("a", 0)])), 2);
        AssertCounts(Compare(expected, At([(null, 0), (null, 1)])), 2);
        CaptureComparison swapped = Compare(expected, At([("a", 1), ("b", 0)]));
        AssertCounts(swapped, 0, changed: 2);
        Assert.Contains("frame.interface a -> b", swapped.Differences[0].Changes);
        AssertCounts(Compare(expected, At([("a", 1), ("b", 0)]), new ComparisonOptions { IgnoreInterfaces = true }), 2);

        static byte[] At((string? Name, int Packet)[] interfaces) => Write(
            [.. interfaces.Select(i => new CaptureInterface { Name = i.Name })],
            interfaces.Select((n, i) => (n.Packet, i)).OrderBy(p => p.Packet).Select(p => (p.i, Numbered(p.Packet, (ushort)(1000 + p.Packet)), Start, 62)));
    }

    [Theory]
    [InlineData(1_000_000, true)]
    [InlineData(1_000_001, false)]
    [InlineData(-1_000_001, false)]
    public void Compare_Times_MayBeApartAsFarAsTold(int nanoseconds, bool isEqual)
    {
        CaptureInterface[] one = [new CaptureInterface()];
        byte[] expected = Write(one, [(0, s_packets[0], Start, 62), (0, s_packets[1], Start + 5_000_000, 62)]);
        byte[] actual = Write(one, [(0, s_packets[0], Start + 77, 62), (0, s_packets[1], Start + 77 + 5_000_000 + nanoseconds, 62)]);
        CaptureComparison comparison = Compare(expected, actual, new ComparisonOptions { TimeTolerance = TimeSpan.FromMilliseconds(1) });
        AssertCounts(comparison, isEqual ? 2 : 1, changed: isEqual ? 0 : 1);
        AssertCounts(Compare(expected, actual), 2);
        if (!isEqual)
        {
            Assert.Equal($"frame.time_relative 0.005000000 -> {(nanoseconds > 0 ? "0.006000001" : "0.003999999")}", comparison.Differences[0].Text);
        }
    }

    [Fact]
    public void Compare_CapturedLess_IsADifferenceUnlessTheCommonLengthCounts()
    {
        byte[] cut = Write([new CaptureInterface()], s_packets.Select(p => (0, p[..50], Start, p.Length)));
        CaptureComparison comparison = Compare(Of(s_packets), cut);
        AssertCounts(comparison, 0, changed: 300);
        Assert.Equal("frame.cap_len 62 -> 50", comparison.Differences[0].Text);
        AssertCounts(Compare(Of(s_packets), cut, new ComparisonOptions { CommonLength = true }), 300);

        byte[] fewer = Write([new CaptureInterface()], s_packets.Where((_, i) => i != 150).Select(p => (0, p[..40], Start, p.Length)));
        AssertCounts(Compare(Of(s_packets), fewer, new ComparisonOptions { CommonLength = true }), 299, missing: 1);

        byte[][] others = [.. s_packets.Select(p => (byte[])[.. p])];
        others[7][45] ^= 1; // inside what both kept
        others[8][55] ^= 1; // outside
        AssertCounts(Compare(Of(others), cut, new ComparisonOptions { CommonLength = true }), 299, changed: 1);
    }

    [Fact]
    public void Compare_BrokenFile_IsNotEqual()
    {
        byte[] file = Of(s_packets);
        CaptureComparison comparison = Compare(file, file[..^30]);
        Assert.False(comparison.IsEqual);
        Assert.NotNull(comparison.ActualError);
        Assert.Equal((299, 1), (comparison.Matched, comparison.Missing));
    }

    [Fact]
    public void Compare_TooFarApartForTheMemory_SaysSo()
    {
        byte[][] first = [.. Enumerable.Range(0, 200).Select(i => Numbered(i, 1000))];
        byte[][] second = [.. Enumerable.Range(0, 200).Select(i => Numbered(i, 2000))];
        CaptureComparison comparison = Compare(Of([.. first, .. second]), Of([.. second, .. first]), new ComparisonOptions { MaxHeldOctets = 20_000 });
        Assert.False(comparison.IsComplete);
        Assert.False(comparison.IsEqual);
        Assert.True(comparison.ExpectedCount < 400);
    }

    [Fact]
    public void Compare_UnknownField_IsRefused() =>
        Assert.Contains("'ip.tll'", Assert.Throws<ArgumentException>(() => Compare(Of(), Of(), Ignoring("ip.tll"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Compare_MoreDifferencesThanListed_AreCountedAndTold()
    {
        int told = 0;
        CaptureComparison comparison = Compare(Of(s_packets), Of(), new ComparisonOptions { MaxDifferences = 7 }, _ => told++);
        AssertCounts(comparison, 0, missing: 300);
        Assert.Equal((7, 300), (comparison.Differences.Count, told));
    }

    private static byte[] Numbered(int number, ushort port = 1000)
    {
        byte[] frame = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 20, port, finishChecksum: false).Build();
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(42), number);
        return frame;
    }
}
