using VSwitch.Identifiers;
using VSwitch.Neighbors;
using static VSwitch.Tests.Neighbors.NeighborTestData;

namespace VSwitch.Tests.Neighbors;

/// <summary>RFC 4861, section 7.3 and appendix C, in simulated time.</summary>
public sealed class NeighborResolvingTests
{
    [Fact]
    public void Resolve_Unknown_AsksThreeTimesAndFails()
    {
        var table = new NeighborTable();
        Assert.Equal(ResolveResult.Started, table.Resolve(Address(1), Port2, Self, now: 500));
        Assert.Equal(ResolveResult.Waiting, table.Resolve(Address(1), Port1, Self, now: 600));
        Assert.Equal(NeighborState.Incomplete, table.StateOf(Address(1), now: 600));
        Assert.Equal(1, table.Resolving);
        NeighborDue solicit = new(NeighborDueKind.Solicit, Address(1), default, Port2, Self);
        Assert.Empty(table.Advance(now: 1499));
        Assert.Equal([solicit], table.Advance(now: 1500));
        Assert.Empty(table.Advance(now: 2499));
        Assert.Equal([solicit], table.Advance(now: 2500));
        Assert.Empty(table.Advance(now: 3499));
        Assert.Equal([solicit with { Kind = NeighborDueKind.Failed }], table.Advance(now: 3500));
        Assert.Equal((0, 0, 1), (table.Resolving, table.Count, table.Failures));
        Assert.Equal(ResolveResult.Started, table.Resolve(Address(1), Port1, Self, now: 3500));
    }

    [Fact]
    public void Advance_ALittleUnevenly_KeepsTheBeat()
    {
        var table = new NeighborTable();
        table.Resolve(Address(1), Port2, Self, now: 0);
        Assert.Single(table.Advance(now: 1007));
        Assert.Single(table.Advance(now: 2001));
        Assert.Equal(NeighborDueKind.Failed, Assert.Single(table.Advance(now: 3002)).Kind);
    }

    [Fact]
    public void Advance_AnHourAtOnce_DoesNotSkipWhatWasToBeSent()
    {
        var table = new NeighborTable();
        table.Resolve(Address(1), Port2, Self, now: 0);
        Assert.Equal(NeighborDueKind.Solicit, Assert.Single(table.Advance(now: 3_600_000)).Kind);
        Assert.Empty(table.Advance(now: 3_600_999));
        Assert.Equal(NeighborDueKind.Solicit, Assert.Single(table.Advance(now: 3_601_000)).Kind);
    }

    [Theory]
    [InlineData((int)NeighborEvidence.Reply, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.SolicitedAdvertisement, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.SolicitedOverride, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.Advertisement, NeighborState.Stale)]
    [InlineData((int)NeighborEvidence.Override, NeighborState.Stale)]
    [InlineData((int)NeighborEvidence.Solicitation, NeighborState.Stale)]
    [InlineData((int)NeighborEvidence.Gratuitous, NeighborState.Stale)]
    public void Hear_Awaited_ResolvesInto(int evidence, NeighborState state)
    {
        var table = new NeighborTable();
        table.Resolve(Address(1), Port2, Self, now: 0);
        Assert.Equal(NeighborResult.Learned, table.Hear(Address(1), MacA, Port1, (NeighborEvidence)evidence, 10, out bool resolved));
        Assert.True(resolved);
        Assert.Equal(state, table.StateOf(Address(1), now: 10));
        Assert.Equal(new NeighborLink(MacA, Port1, NeedsUse: state == NeighborState.Stale), table.Find(Address(1), now: 10));
        Assert.Equal((0, 1), (table.Resolving, table.Count));
        Assert.Empty(table.Advance(now: 5000));
        Assert.Equal(ResolveResult.Known, table.Resolve(Address(1), Port2, Self, now: 5000));
    }

    [Fact]
    public void Reachable_AfterReachableTime_IsStale()
    {
        NeighborTable table = new NeighborTable().WithReachable(Address(1), MacA, Port1, now: 1000);
        Assert.False(table.Find(Address(1), now: 30_999)!.Value.NeedsUse);
        Assert.False(table.Use(Address(1), Port2, Self, now: 30_999));
        Assert.True(table.Find(Address(1), now: 31_000)!.Value.NeedsUse);
        Assert.Equal(NeighborState.Stale, table.StateOf(Address(1), now: 31_000));
    }

    /// <summary>Its own requests keep an entry young, and confirm nothing, however long they go on.</summary>
    [Fact]
    public void Reachable_HeardForHoursAndNeverAsked_StaysStale()
    {
        NeighborTable table = new NeighborTable().WithReachable(Address(1), MacA, Port1, now: 0);
        for (int second = 10; second < 100_000; second += 10)
        {
            Assert.Equal(NeighborResult.Known, table.Hear(Address(1), MacA, Port1, NeighborEvidence.Solicitation, second * 1000L));
            Assert.Equal(second >= 30, table.Find(Address(1), second * 1000L)!.Value.NeedsUse);
        }
    }

    [Fact]
    public void Stale_Used_DelaysAndProbesAndIsForgotten()
    {
        NeighborTable table = new NeighborTable().WithStale(Address(1), MacA, Port1, now: 0);
        Assert.True(table.Find(Address(1), now: 0)!.Value.NeedsUse);
        Assert.True(table.Use(Address(1), Port2, Self, now: 200));
        Assert.False(table.Use(Address(1), Port2, Self, now: 201));
        Assert.Equal(NeighborState.Delay, table.StateOf(Address(1), now: 201));
        Assert.False(table.Find(Address(1), now: 201)!.Value.NeedsUse);
        Assert.Equal(1, table.Resolving);
        NeighborDue probe = new(NeighborDueKind.Probe, Address(1), MacA, Port2, Self);
        Assert.Empty(table.Advance(now: 5199));
        Assert.Equal([probe], table.Advance(now: 5200));
        Assert.Equal(NeighborState.Probe, table.StateOf(Address(1), now: 5200));
        Assert.Equal(new NeighborLink(MacA, Port1, NeedsUse: false), table.Find(Address(1), now: 5200));
        Assert.Equal([probe], table.Advance(now: 6200));
        Assert.Equal([probe], table.Advance(now: 7200));
        Assert.Empty(table.Advance(now: 8199));
        Assert.Equal([probe with { Kind = NeighborDueKind.Failed, To = default }], table.Advance(now: 8200));
        Assert.Equal((0, 0, 1), (table.Resolving, table.Count, table.Failures));
        Assert.Null(table.Find(Address(1), now: 8200));
    }

    [Theory]
    [InlineData((int)NeighborEvidence.Reply, true)]
    [InlineData((int)NeighborEvidence.SolicitedAdvertisement, true)]
    [InlineData((int)NeighborEvidence.SolicitedOverride, true)]
    [InlineData((int)NeighborEvidence.Advertisement, false)]
    [InlineData((int)NeighborEvidence.Override, false)]
    [InlineData((int)NeighborEvidence.Solicitation, false)]
    [InlineData((int)NeighborEvidence.Gratuitous, false)]
    public void Probe_Answered_IsReachableAgain(int evidence, bool confirms)
    {
        NeighborTable table = new NeighborTable().WithStale(Address(1), MacA, Port1, now: 0);
        table.Use(Address(1), Port2, Self, now: 0);
        table.Advance(now: 5000);
        Assert.Equal(NeighborResult.Known, table.Hear(Address(1), MacA, Port1, (NeighborEvidence)evidence, 5100, out bool resolved));
        Assert.False(resolved);
        Assert.Equal(confirms ? NeighborState.Reachable : NeighborState.Probe, table.StateOf(Address(1), now: 5100));
        Assert.Equal(confirms ? 0 : 1, table.Resolving);
        Assert.Equal(confirms ? 0 : 1, table.Advance(now: 6000).Count);
        Assert.Equal(0, table.Failures);
    }

    [Fact]
    public void Delay_SolicitedAdvertisement_IsReachableWithoutAProbe()
    {
        NeighborTable table = new NeighborTable().WithStale(Address(1), MacA, Port1, now: 0);
        table.Use(Address(1), Port2, Self, now: 0);
        table.Hear(Address(1), MacA, Port1, NeighborEvidence.SolicitedAdvertisement, 1000);
        Assert.Equal(NeighborState.Reachable, table.StateOf(Address(1), now: 1000));
        Assert.Empty(table.Advance(now: 10_000));
    }

    [Fact]
    public void Probe_AnotherClaimsTheAddress_EndsTheProbe()
    {
        NeighborTable table = new NeighborTable().WithStale(Address(1), MacA, Port1, now: 0);
        table.Use(Address(1), Port2, Self, now: 40_000);
        table.Advance(now: 45_000);
        Assert.Equal(NeighborResult.Moved, table.Hear(Address(1), MacB, Port0, NeighborEvidence.Solicitation, 45_100));
        Assert.Equal(NeighborState.Stale, table.StateOf(Address(1), now: 45_100));
        Assert.Equal((0, 0), (table.Resolving, table.Conflicts));
        Assert.Empty(table.Advance(now: 60_000));
    }

    [Fact]
    public void Probe_EntryExpiredMeanwhile_IsResolvedAnew()
    {
        NeighborTable table = new NeighborTable().WithStale(Address(1), MacA, Port1, now: 0);
        Assert.True(table.Use(Address(1), Port2, Self, now: 299_000));
        Assert.Null(table.Find(Address(1), now: 301_000));
        Assert.Equal(ResolveResult.Started, table.Resolve(Address(1), Port1, Self, now: 301_000));
        Assert.Equal(NeighborState.Incomplete, table.StateOf(Address(1), now: 301_000));
        Assert.Equal(new NeighborDue(NeighborDueKind.Solicit, Address(1), default, Port1, Self), Assert.Single(table.Advance(now: 302_000)));
        Assert.Equal(1, table.Resolving);
    }

    [Fact]
    public void Delay_EntryRemovedMeanwhile_ComesToNothing()
    {
        NeighborTable table = new NeighborTable().WithStale(Address(1), MacA, Port1, now: 0);
        table.Use(Address(1), Port2, Self, now: 0);
        Assert.True(table.Remove(Address(1).ToIPAddress()));
        Assert.Equal(0, table.Resolving);
        Assert.Empty(table.Advance(now: 10_000));
    }

    [Fact]
    public void Incomplete_HeardAsData_IsTold()
    {
        var table = new NeighborTable();
        table.Resolve(Address(1), Port2, Self, now: 0);
        Assert.Equal(NeighborResult.Learned, table.HearData(Address(1), MacA, Port1, now: 100));
        Assert.Equal(NeighborState.Reachable, table.StateOf(Address(1), now: 100));
        Assert.Equal(NeighborDueKind.Failed, Assert.Single(table.Advance(now: 200)).Kind); // "look once more"
        Assert.Equal((0, 0), (table.Resolving, table.Failures));
    }

    [Fact]
    public void Resolve_NoAddressOfAHost_IsFull() =>
        Assert.Equal(ResolveResult.Full, new NeighborTable().Resolve(IpAddressKey.FromIPv4(0xE000_0001), Port2, Self, now: 0));

    [Fact]
    [Trait("Fault", "37")]
    public void Resolve_ScanOfAMillionAtOnePort_LeavesRoomForOthers()
    {
        var table = new NeighborTable(new NeighborOptions { MaxResolving = 64 });
        int started = 0;
        for (int i = 0; i < 1_000_000; i++)
        {
            started += table.Resolve(Address(1000 + i), Port0, Self, now: 0) == ResolveResult.Started ? 1 : 0;
        }

        Assert.Equal(32, started);
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(ResolveResult.Started, table.Resolve(Address(i), Port1, Self, now: 1));
        }

        for (int port = 2; port < 6; port++)
        {
            Assert.Equal(ResolveResult.Started, table.Resolve(Address(100 + port), new PortId(port, 0), Self, now: 1));
        }

        Assert.Equal(32, table.Advance(now: 1000).Count);
        Assert.Equal(32 + 20, table.Resolving);
    }

    [Fact]
    public void Use_PortRunsItsShareAlready_IsForALaterUse()
    {
        NeighborTable table = new NeighborTable(new NeighborOptions { MaxResolving = 2 })
            .WithStale(Address(1), MacA, Port1, now: 0).WithStale(Address(2), MacA, Port1, now: 0);
        Assert.True(table.Use(Address(1), Port2, Self, now: 0));
        Assert.False(table.Use(Address(2), Port2, Self, now: 0));
        Assert.True(table.Find(Address(2), now: 0)!.Value.NeedsUse);
        table.Hear(Address(1), MacA, Port1, NeighborEvidence.SolicitedAdvertisement, 1);
        Assert.True(table.Use(Address(2), Port2, Self, now: 1));
    }

    [Fact]
    public void Flush_OfTheAsker_EndsWhatItAskedForAndNothingElse()
    {
        NeighborTable table = new NeighborTable().WithStale(Address(1), MacA, Port1, now: 0);
        table.Use(Address(1), Port2, Self, now: 0);
        table.Resolve(Address(2), Port2, Self, now: 0);
        table.Resolve(Address(3), Port0, Self, now: 0);
        Assert.Equal(1, table.Flush(Port2));
        Assert.Equal(1, table.Resolving);
        Assert.Equal(NeighborState.Stale, table.StateOf(Address(1), now: 0));
        Assert.True(table.Use(Address(1), Port0, Self, now: 0)); // somebody else's use begins another check
    }
}
