using VSwitch.Filtering;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Tests.Filtering;

public sealed class MoveMonitorTests
{
    private static readonly PortId s_port0 = new(0, 0);
    private static readonly PortId s_port1 = new(1, 0);
    private static readonly PortId s_port2 = new(2, 7);

    [Fact]
    [Trait("Fault", "20")]
    public void Note_MovesWithinTheWindow_AreReportedOncePerWindow()
    {
        var monitor = new MoveMonitor(5, TimeSpan.FromSeconds(10), TimeSpan.Zero);
        List<long> reported = [];
        for (long now = 0; now < 60_000; now += 100)
        {
            if (monitor.Note(Station(1), s_port0, s_port1, now) == FlapVerdict.Flapping)
            {
                reported.Add(now);
            }
        }

        Assert.Equal([400, 10_400, 20_400, 30_400, 40_400, 50_400], reported);
        Assert.Equal(6, monitor.Flaps);
        Assert.Equal(new FlappingStation(VlanId.Default, Station(1).Mac, s_port0, s_port1, 600, false), Assert.Single(monitor.Snapshot(60_000)));
        Assert.Empty(monitor.Snapshot(70_000));
    }

    [Theory]
    [InlineData(2500, true)]  // the fifth is 10 s after the first
    [InlineData(2501, false)] // no five of them are within 10 s
    public void Note_WindowSlides(int pause, bool flaps)
    {
        var monitor = new MoveMonitor(5, TimeSpan.FromSeconds(10), TimeSpan.Zero);
        for (int i = 0; i < 100; i++)
        {
            monitor.Note(Station(1), s_port0, s_port1, i * (long)pause);
        }

        Assert.Equal(flaps, monitor.Flaps > 0);
    }

    [Fact]
    public void Note_OtherStations_AreCountedEachForItself()
    {
        var monitor = new MoveMonitor(3, TimeSpan.FromSeconds(1), TimeSpan.Zero);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(FlapVerdict.Moved, monitor.Note(Station(i % 100), s_port0, s_port1, i));
        }

        Assert.Equal(FlapVerdict.Flapping, monitor.Note(Station(0), s_port1, s_port0, 200));
        Assert.Equal((100, 1L), (monitor.Count, monitor.Flaps));
    }

    [Fact]
    [Trait("Fault", "20")]
    public void Note_WithHoldDown_IsHeldAndReleasedInTime()
    {
        var monitor = new MoveMonitor(2, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3));
        List<StationKey> released = [];
        monitor.Note(Station(1), s_port0, s_port1, 0);
        Assert.Equal(FlapVerdict.Hold, monitor.Note(Station(1), s_port1, s_port0, 1000));
        Assert.Equal(FlapVerdict.Hold, monitor.Note(Station(1), s_port0, s_port2, 2000)); // it was learned anew: to be pinned again
        Assert.Equal((true, 1L), (Assert.Single(monitor.Snapshot(2000)).IsHeld, monitor.Flaps));
        monitor.Advance(3999, released);
        Assert.Empty(released);
        monitor.Advance(4000, released);
        Assert.Equal([Station(1)], released);
        Assert.Empty(monitor.Snapshot(4000));
        monitor.Advance(4001, released);
        Assert.Single(released);

        Assert.Equal(FlapVerdict.Moved, monitor.Note(Station(1), s_port2, s_port0, 4002)); // it begins anew
        Assert.Equal(FlapVerdict.Hold, monitor.Note(Station(1), s_port0, s_port2, 4003));
        Assert.Equal(2, monitor.Flaps);
    }

    [Fact]
    public void Advance_StationsThatWereSilentForAWindow_AreForgotten()
    {
        var monitor = new MoveMonitor(2, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));
        for (int i = 0; i < 10; i++)
        {
            monitor.Note(Station(i), s_port0, s_port1, i * 1000);
        }

        monitor.Note(Station(9), s_port1, s_port0, 9000);
        monitor.Advance(15_000, []);
        Assert.Equal(5, monitor.Count);
        monitor.Advance(60_000, []);
        Assert.Equal(1, monitor.Count); // who is held stays
        monitor.Advance(69_000, []);
        monitor.Advance(79_001, []);
        Assert.Equal(0, monitor.Count);
    }

    [Fact]
    [Trait("Fault", "21")]
    public void Note_MoreStationsThanFit_TheOneThatWasSilentLongestGivesWay()
    {
        var monitor = new MoveMonitor(3, TimeSpan.FromHours(1), TimeSpan.Zero);
        for (int i = 0; i < StationTracks.Capacity; i++)
        {
            monitor.Note(Station(i), s_port0, s_port1, i);
            monitor.Note(Station(i), s_port1, s_port0, i);
        }

        monitor.Note(Station(100_000), s_port0, s_port1, 5000); // in place of 0
        Assert.Equal(StationTracks.Capacity, monitor.Count);
        Assert.Equal(FlapVerdict.Flapping, monitor.Note(Station(1), s_port0, s_port1, 5001));
        Assert.Equal(FlapVerdict.Moved, monitor.Note(Station(0), s_port0, s_port1, 5002)); // in place of 2
        Assert.Equal(FlapVerdict.Moved, monitor.Note(Station(2), s_port0, s_port1, 5003));
        Assert.Equal(StationTracks.Capacity, monitor.Count);
    }

    [Fact]
    [Trait("Fault", "21")]
    public void Note_FloodOfMovers_WhoIsHeldIsReleasedAllTheSame()
    {
        var monitor = new MoveMonitor(2, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3));
        List<StationKey> released = [];
        for (int i = 0; i < 100_000; i++)
        {
            monitor.Note(Station(i / 2), s_port0, s_port1, 0);
        }

        Assert.Equal((StationTracks.Capacity, (long)StationTracks.Capacity), (monitor.Count, monitor.Flaps)); // all are held: nobody else is watched
        monitor.Advance(3000, released);
        Assert.Equal(Enumerable.Range(0, StationTracks.Capacity).Select(i => Station(i)), released);
    }

    [Fact]
    public void Note_AllocatesNothing()
    {
        var monitor = new MoveMonitor(5, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), countsPairs: true);
        var released = new List<StationKey>(StationTracks.Capacity);
        Run(0, 20_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(20_000, 200_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);

        void Run(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                monitor.Note(Station((i % 7 == 0 ? i : i % 50) * 3), new(i % 100, 0), new((i + 1) % 100, 0), i / 10);
                if (i % 10_000 == 0)
                {
                    released.Clear();
                    monitor.Advance(i / 10, released);
                }
            }
        }
    }

    [Fact]
    public async Task Note_ManyThreads_LosesNothing()
    {
        var monitor = new MoveMonitor(1000, TimeSpan.FromDays(1), TimeSpan.Zero, countsPairs: true);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                monitor.Note(Station(i % 10), s_port0, s_port1, 0);
            }
        })));

        Assert.All(monitor.Snapshot(0), station => Assert.Equal(8000, station.Moves));
        Assert.Equal((10, 10L), (monitor.Count, monitor.Flaps));
        Assert.True(monitor.TryTakeBusiestPair(80_000, out _, out _));
    }

    [Fact]
    public void TryTakeBusiestPair_ManyMovesBetweenTwoPorts_AreFoundOnce()
    {
        var monitor = new MoveMonitor(5, TimeSpan.FromSeconds(10), TimeSpan.Zero, countsPairs: true);
        for (int i = 0; i < 20; i++)
        {
            monitor.Note(Station(i), i % 2 == 0 ? s_port0 : s_port2, i % 2 == 0 ? s_port2 : s_port0, 100_000 + (i * 45));
            monitor.Note(Station(i), s_port0, s_port1, 100_000 + (i * 60)); // not so many within a second
        }

        Assert.False(monitor.TryTakeBusiestPair(21, out PortId a, out PortId b));
        Assert.Equal((PortId.None, PortId.None), (a, b));
        Assert.True(monitor.TryTakeBusiestPair(20, out a, out b));
        Assert.Equal((s_port0, s_port2), (a, b));
        Assert.False(monitor.TryTakeBusiestPair(20, out _, out _));
        Assert.True(monitor.TryTakeBusiestPair(16, out a, out b));
        Assert.Equal((s_port0, s_port1), (a, b));
    }

    [Fact]
    public void TryTakeBusiestPair_PairsAreNotCounted_IsFalse()
    {
        var monitor = new MoveMonitor(5, TimeSpan.FromSeconds(10), TimeSpan.Zero);
        monitor.Note(Station(1), s_port0, s_port1, 0);
        Assert.False(monitor.TryTakeBusiestPair(1, out _, out _));
    }

    [Fact]
    public void TryTakeBusiestPair_MorePairsThanFit_TheOneThatWasSilentLongestGivesWay()
    {
        var monitor = new MoveMonitor(5, TimeSpan.FromSeconds(10), TimeSpan.Zero, countsPairs: true);
        for (int i = 0; i <= PortPairMoves.Capacity; i++)
        {
            monitor.Note(Station(1), s_port0, new(1 + i, 0), i * 50);
        }

        List<PortId> found = [];
        while (monitor.TryTakeBusiestPair(1, out _, out PortId b))
        {
            found.Add(b);
        }

        Assert.Equal(PortPairMoves.Capacity, found.Count);
        Assert.DoesNotContain(new PortId(1, 0), found);
    }

    /// <summary>The second slides: the count of any moment is that of the last twenty steps of 50 ms, whatever came before.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TryTakeBusiestPair_RandomMoves_AgreesWithAPlainCount(int seed)
    {
        var random = new Random(seed);
        var monitor = new MoveMonitor(5, TimeSpan.FromSeconds(10), TimeSpan.Zero, countsPairs: true);
        List<long> moves = [];
        int peak = 0;
        long now = 0;
        for (int i = 0; i < 20_000; i++)
        {
            now += random.Next(20) == 0 ? random.Next(3000) : random.Next(60);
            monitor.Note(Station(1), s_port0, s_port1, now);
            moves.Add(now / 50);
            peak = Math.Max(peak, moves.TakeLast(200).Count(step => step > (now / 50) - 20));
            if (random.Next(100) == 0)
            {
                Assert.False(monitor.TryTakeBusiestPair(peak + 1, out _, out _), $"seed {seed}, move {i}");
                Assert.True(monitor.TryTakeBusiestPair(peak, out _, out _), $"seed {seed}, move {i}");
                moves.Clear();
                peak = 0;
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(MoveMonitor.MaxMoves + 1, 1, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(2, 1, -1)]
    public void Constructor_OutOfRange_Throws(int moves, int window, int holdDown) => Assert.Throws<ArgumentOutOfRangeException>(
        () => new MoveMonitor(moves, TimeSpan.FromSeconds(window), TimeSpan.FromSeconds(holdDown)));

    private static StationKey Station(int number) => new(VlanId.Default, new MacAddress(0x0200_0000_0000UL + (ulong)number));
}
