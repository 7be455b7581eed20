using VSwitch.Filtering;
using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Tests.Filtering;

/// <summary>Sticky and pinned entries, and what tells of them.</summary>
public sealed class FilteringEntryKindTests
{
    private static readonly PortId s_port0 = new(0, 0);
    private static readonly PortId s_port1 = new(1, 0);
    private static readonly PortId s_port2 = new(2, 0);

    [Fact]
    [Trait("Fault", "27")]
    public void Learn_AtAStickyPort_NeverAgesNorMoves()
    {
        var database = new FilteringDatabase();
        database.SetSticky(s_port1, true);
        Assert.Equal(LearnResult.Learned, database.Learn(Station(1), s_port1, now: 0));
        Assert.Equal(LearnResult.Known, database.Learn(Station(1), s_port1, now: 7));
        database.Age(now: 1_000_000);
        Assert.Equal(s_port1, database.Find(Station(1), now: 1_000_000));
        Assert.Equal(LearnResult.StaticElsewhere, database.Learn(Station(1), s_port2, now: 1_000_000));
        Assert.Equal(new FilteringEntry(VlanId.Default, Station(1).Mac, s_port1, FilteringEntryKind.Sticky, TimeSpan.Zero), Assert.Single(database.Snapshot(now: 5)));
    }

    [Fact]
    public void Learn_MoveToAStickyPort_IsStickyThere()
    {
        var database = new FilteringDatabase();
        database.SetSticky(s_port1, true);
        database.Learn(Station(1), s_port0, now: 0);
        Assert.Equal(LearnResult.Moved, database.Learn(Station(1), s_port1, now: 0));
        Assert.Equal(LearnResult.StaticElsewhere, database.Learn(Station(1), s_port0, now: 0));
        Assert.Equal((0, 1, 0), (database.Held(s_port0), database.Held(s_port1), database.HeldDynamic(s_port1)));
    }

    [Fact]
    public void SetSticky_StationsThatWereLearnedBefore_StayWhatTheyAre()
    {
        var database = new FilteringDatabase(ageingTime: TimeSpan.FromSeconds(10));
        database.Learn(Station(1), s_port0, now: 0);
        database.SetSticky(s_port0, true);
        database.Learn(Station(1), s_port0, now: 1);
        database.Learn(Station(2), s_port0, now: 1);
        Assert.Equal([FilteringEntryKind.Dynamic, FilteringEntryKind.Sticky], Kinds(database, now: 1));

        Assert.Equal(LearnResult.Learned, database.Learn(Station(1), s_port0, now: 100)); // it had been forgotten, and is learned from now on
        database.SetSticky(s_port0, false);
        database.Learn(Station(3), s_port0, now: 100);
        Assert.Equal([FilteringEntryKind.Sticky, FilteringEntryKind.Sticky, FilteringEntryKind.Dynamic], Kinds(database, now: 100));
    }

    [Fact]
    public void Flush_OfDynamicEntries_SparesStickyOnes()
    {
        var database = new FilteringDatabase();
        database.SetSticky(s_port0, true);
        database.Learn(Station(1), s_port0, now: 0);
        database.Learn(Station(2), s_port1, now: 0);
        database.TryAddStatic(Station(3), s_port0);
        Assert.Equal(0, database.Flush(s_port0));
        Assert.Equal(0, database.Flush(s_port0, VlanId.Default));
        Assert.Equal(1, database.Flush(VlanId.Default));
        Assert.Equal(0, database.Flush());
        Assert.Equal(1, database.FlushSticky(s_port0));
        Assert.Equal(FilteringEntryKind.Static, Assert.Single(database.Snapshot(now: 0)).Kind);
        Assert.Equal((0, 0), (database.Held(s_port0), database.HeldDynamic(s_port0)));
    }

    [Fact]
    public void Flush_OfAPortInAVlan_ForgetsThoseOnly()
    {
        var database = new FilteringDatabase();
        foreach (PortId port in (PortId[])[s_port0, s_port1])
        {
            for (int vlan = 1; vlan <= 2; vlan++)
            {
                database.Learn(Station((10 * port.Index) + vlan, vlan), port, now: 0);
            }
        }

        Assert.Equal(1, database.Flush(s_port1, new VlanId(2)));
        Assert.Equal(PortId.None, database.Find(Station(12, vlan: 2), now: 0));
        Assert.Equal(3, database.Count);
    }

    [Fact]
    [Trait("Fault", "26")]
    public void Flush_WithStaticEntries_TakesStickyOnesToo()
    {
        var database = new FilteringDatabase();
        database.SetSticky(s_port0, true);
        database.Learn(Station(1), s_port0, now: 0);
        database.TryAddStatic(Station(2), s_port0);
        Assert.Equal(2, database.Flush(s_port0, includeStatic: true));
        database.Learn(Station(1), s_port0, now: 0);
        Assert.Equal([FilteringEntryKind.Dynamic], Kinds(database, now: 0));
    }

    [Fact]
    public void Flush_NoPort_ForgetsNothing() => Assert.Equal(0, new FilteringDatabase().Flush(PortId.None) + new FilteringDatabase().Flush(PortId.None, includeStatic: true));

    [Fact]
    [Trait("Fault", "27")]
    public void Learn_StickyEntries_CountForTheLimit()
    {
        var database = new FilteringDatabase(ageingTime: TimeSpan.FromSeconds(10));
        database.SetSticky(s_port0, true);
        database.SetLimit(s_port0, 2);
        database.Learn(Station(1), s_port0, now: 0);
        database.Learn(Station(2), s_port0, now: 0);
        Assert.Equal(LearnResult.PortLimit, database.Learn(Station(3), s_port0, now: 1000)); // for good
        Assert.True(database.TryAddStatic(Station(2), s_port0)); // no longer counted
        Assert.Equal(LearnResult.Learned, database.Learn(Station(3), s_port0, now: 1000));
    }

    [Fact]
    [Trait("Fault", "22")]
    public void Learn_StickyPortFilledTheTable_ItsLastComersGiveWay()
    {
        var database = new FilteringDatabase(capacity: 64);
        database.SetSticky(s_port0, true);
        for (int i = 1; i <= 64; i++)
        {
            database.Learn(Station(i), s_port0, now: (uint)i);
        }

        for (int i = 101; i <= 132; i++)
        {
            Assert.Equal(LearnResult.Learned, database.Learn(Station(i), s_port1, now: 100));
        }

        Assert.Equal((32, 32, 0), (database.Held(s_port0), database.Held(s_port1), database.HeldDynamic(s_port0)));
        Assert.Equal(s_port0, database.Find(Station(1), now: 100));
    }

    [Fact]
    [Trait("Fault", "20")]
    public void Pin_KeepsAStationFromMovingUntilItIsUnpinned()
    {
        var database = new FilteringDatabase();
        database.Learn(Station(1), s_port0, now: 0);
        Assert.True(database.Pin(Station(1)));
        Assert.Equal(LearnResult.Held, database.Learn(Station(1), s_port1, now: 1));
        Assert.Equal(LearnResult.Known, database.Learn(Station(1), s_port0, now: 2));
        Assert.Equal((s_port0, 0L), (database.Find(Station(1), now: 302), database.Moves)); // heard at 2
        Assert.Equal(LearnResult.Held, database.Learn(Station(1), s_port1, now: 3));
        Assert.True(database.Unpin(Station(1)));
        Assert.Equal(LearnResult.Moved, database.Learn(Station(1), s_port1, now: 3));
        Assert.Equal(LearnResult.Moved, database.Learn(Station(1), s_port0, now: 3));
    }

    [Fact]
    public void Pin_ExpiredEntry_IsFreeAndThePinIsGone()
    {
        var database = new FilteringDatabase(ageingTime: TimeSpan.FromSeconds(10));
        database.Learn(Station(1), s_port0, now: 0);
        database.Pin(Station(1));
        Assert.Equal(LearnResult.Learned, database.Learn(Station(1), s_port1, now: 11));
        Assert.Equal(LearnResult.Moved, database.Learn(Station(1), s_port2, now: 11));
        Assert.Equal(1, database.Moves);
    }

    [Fact]
    public void Pin_WhatIsNotThereOrPermanent_IsRefused()
    {
        var database = new FilteringDatabase();
        database.TryAddStatic(Station(1), s_port0);
        database.SetSticky(s_port1, true);
        database.Learn(Station(2), s_port1, now: 0);
        for (int i = 1; i <= 3; i++)
        {
            Assert.False(database.Pin(Station(i)) || database.Unpin(Station(i)));
        }
    }

    [Fact]
    public void TryGet_EachKind_IsToldWithoutAChange()
    {
        var database = new FilteringDatabase(ageingTime: TimeSpan.FromSeconds(10));
        database.SetSticky(s_port1, true);
        database.Learn(Station(1), s_port0, now: 3);
        database.Learn(Station(2), s_port1, now: 3);
        database.TryAddStatic(Station(3), s_port2);
        Assert.True(database.TryGet(Station(1), now: 13, out FilteringEntry entry));
        Assert.Equal(new FilteringEntry(VlanId.Default, Station(1).Mac, s_port0, FilteringEntryKind.Dynamic, TimeSpan.FromSeconds(10)), entry);
        Assert.False(database.TryGet(Station(1), now: 14, out entry));
        Assert.Equal(default, entry);
        Assert.True(database.TryGet(Station(2), now: 1000, out entry));
        Assert.Equal((FilteringEntryKind.Sticky, s_port1, false), (entry.Kind, entry.Port, entry.IsStatic));
        Assert.True(database.TryGet(Station(3), now: 1000, out entry));
        Assert.Equal((FilteringEntryKind.Static, s_port2, true), (entry.Kind, entry.Port, entry.IsStatic));
        Assert.Equal(3, database.Count);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(StationKey.Mask)]
    [InlineData(ulong.MaxValue)]
    public void TryGet_NoStation_IsFalse(ulong key) => Assert.False(new FilteringDatabase().TryGet(new StationKey(key), now: 0, out _));

    /// <summary>Pins come and go while the age is refreshed by others: neither is lost.</summary>
    [Fact]
    public async Task Pin_WhileOthersRefresh_HoldsFromThatMomentOn()
    {
        var database = new FilteringDatabase();
        database.Learn(Station(1), s_port0, now: 0);
        using var done = new CancellationTokenSource();
        Task refresher = Task.Run(() =>
        {
            for (uint now = 0; !done.IsCancellationRequested; now++)
            {
                database.Learn(Station(1), s_port0, now % 100);
            }
        });
        int lost = 0;
        for (int i = 0; i < 20_000; i++)
        {
            lost += database.Pin(Station(1)) && database.Learn(Station(1), s_port1, now: 50) == LearnResult.Held ? 0 : 1;
            lost += database.Unpin(Station(1)) ? 0 : 1;
        }

        await done.CancelAsync();
        await refresher;
        Assert.Equal((0, 0L), (lost, database.Moves));
    }

    private static IEnumerable<FilteringEntryKind> Kinds(FilteringDatabase database, uint now) =>
        database.Snapshot(now).OrderBy(e => e.Mac.Value).Select(e => e.Kind);

    private static StationKey Station(int number, int vlan = 1) =>
        new(new VlanId((ushort)vlan), new MacAddress(0x0200_0000_0000UL + (ulong)number));
}
