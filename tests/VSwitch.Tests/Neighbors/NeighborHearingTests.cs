using VSwitch.Identifiers;
using VSwitch.Neighbors;
using static VSwitch.Tests.Neighbors.NeighborTestData;

namespace VSwitch.Tests.Neighbors;

/// <summary>What messages and data make of the table: the override rules, conflicts, the guard, ageing, sharing.</summary>
public sealed class NeighborHearingTests
{
    private const long Quiet = 31_000; // the owner, heard at 0, does not count as present any more

    [Theory]
    [InlineData((int)NeighborEvidence.Solicitation, true)]
    [InlineData((int)NeighborEvidence.Reply, true)]
    [InlineData((int)NeighborEvidence.Gratuitous, true)]
    [InlineData((int)NeighborEvidence.SolicitedAdvertisement, false)]
    [InlineData((int)NeighborEvidence.SolicitedOverride, false)]
    [InlineData((int)NeighborEvidence.Advertisement, false)]
    [InlineData((int)NeighborEvidence.Override, false)]
    public void Hear_NobodyAsked_IsStaleOrIgnored(int evidence, bool creates)
    {
        var table = new NeighborTable();
        Assert.Equal(
            creates ? NeighborResult.Learned : NeighborResult.Ignored, table.Hear(Address(1), MacA, Port1, (NeighborEvidence)evidence, 0, out bool resolved));
        Assert.False(resolved);
        Assert.Equal(creates ? NeighborState.Stale : NeighborState.None, table.StateOf(Address(1), now: 0));
    }

    /// <summary>RFC 4861, section 7.2.5, the lower half of appendix C, and the same for ARP.</summary>
    [Theory]
    [InlineData((int)NeighborEvidence.Solicitation, true, true, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.Reply, true, true, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.Gratuitous, true, true, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.SolicitedAdvertisement, true, true, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.SolicitedOverride, true, true, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.Advertisement, true, true, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.Override, true, true, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.Solicitation, true, false, NeighborState.Stale)]
    [InlineData((int)NeighborEvidence.Reply, true, false, NeighborState.Stale)]
    [InlineData((int)NeighborEvidence.Gratuitous, true, false, NeighborState.Stale)]
    [InlineData((int)NeighborEvidence.SolicitedAdvertisement, false, false, NeighborState.Stale)]
    [InlineData((int)NeighborEvidence.SolicitedOverride, true, false, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.Advertisement, false, false, NeighborState.Stale)]
    [InlineData((int)NeighborEvidence.Override, true, false, NeighborState.Stale)]
    public void Hear_OfAReachableOne_FollowsTheOverrideFlag(int evidence, bool takes, bool sameMac, NeighborState state)
    {
        NeighborTable table = new NeighborTable().WithReachable(Address(1), MacA, Port1, now: 0);
        MacAddress mac = sameMac ? MacA : MacB;
        NeighborResult result = table.Hear(Address(1), mac, Port1, (NeighborEvidence)evidence, 1000);
        Assert.Equal(sameMac ? NeighborResult.Known : takes ? NeighborResult.Moved : NeighborResult.Ignored, result);
        Assert.Equal(takes ? mac : MacA, table.Find(Address(1), now: 1000)!.Value.HardwareAddress);
        Assert.Equal(state, table.StateOf(Address(1), now: 1000));
        Assert.Equal(!sameMac && takes ? 1 : 0, table.Moves);
        Assert.Equal(!sameMac && takes ? 1 : 0, table.Conflicts); // the owner was heard a second ago
    }

    [Theory]
    [InlineData((int)NeighborEvidence.SolicitedAdvertisement, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.SolicitedOverride, NeighborState.Reachable)]
    [InlineData((int)NeighborEvidence.Advertisement, NeighborState.Stale)]
    [InlineData((int)NeighborEvidence.Reply, NeighborState.Stale)] // nobody asked
    [InlineData((int)NeighborEvidence.Gratuitous, NeighborState.Stale)]
    public void Hear_OfAStaleOneFromItself_ConfirmsWhenSolicited(int evidence, NeighborState state)
    {
        NeighborTable table = new NeighborTable().WithStale(Address(1), MacA, Port1, now: 0);
        Assert.Equal(NeighborResult.Known, table.Hear(Address(1), MacA, Port1, (NeighborEvidence)evidence, 1000));
        Assert.Equal(state, table.StateOf(Address(1), now: 1000));
    }

    [Fact]
    public void Hear_SameHardwareAddressAtAnotherPort_Moves()
    {
        NeighborTable table = new NeighborTable().WithReachable(Address(1), MacA, Port1, now: 0);
        Assert.Equal(NeighborResult.Moved, table.Hear(Address(1), MacA, Port0, NeighborEvidence.Gratuitous, Quiet));
        Assert.Equal(new NeighborLink(MacA, Port0, NeedsUse: true), table.Find(Address(1), Quiet));
        Assert.Equal((1, 0), (table.Moves, table.Conflicts));
        Assert.Equal((0, 1), (table.Flush(Port1), table.Flush(Port0)));
    }

    [Fact]
    public void Hear_NoHostOrNoStation_IsIgnored()
    {
        var table = new NeighborTable();
        Assert.Equal(NeighborResult.Ignored, table.Hear(IpAddressKey.None, MacA, Port1, NeighborEvidence.Gratuitous, 0));
        Assert.Equal(NeighborResult.Ignored, table.Hear(IpAddressKey.FromIPv4(0xFFFF_FFFF), MacA, Port1, NeighborEvidence.Gratuitous, 0));
        Assert.Equal(NeighborResult.Ignored, table.Hear(Address(1), MacAddress.Broadcast, Port1, NeighborEvidence.Gratuitous, 0));
        Assert.Equal(NeighborResult.Ignored, table.Hear(Address(1), default, Port1, NeighborEvidence.Gratuitous, 0));
        Assert.Equal(NeighborResult.Ignored, table.HearData(IpAddressKey.FromIPv6(0, 0xFFFF_0A00_0001), MacA, Port1, 0)); // ::ffff:10.0.0.1
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void Hear_LinkLocalAddress_IsLearned()
    {
        var address = IpAddressKey.FromIPv6(0xFE80_0000_0000_0000, 1);
        NeighborTable table = new NeighborTable().WithStale(address, MacA, Port1, now: 0);
        Assert.Equal(MacA, table.Find(address, now: 0)!.Value.HardwareAddress);
    }

    [Fact]
    public void HearData_FromALayer3Port_IsReachableUntilItIsSilent()
    {
        var table = new NeighborTable();
        Assert.Equal(NeighborResult.Learned, table.HearData(Address(1), MacA, Port1, now: 0));
        Assert.Equal(new NeighborLink(MacA, Port1, NeedsUse: false), table.Find(Address(1), now: 299_000));
        Assert.Equal(NeighborState.Reachable, table.StateOf(Address(1), now: 299_000));
        Assert.False(table.Use(Address(1), Port2, Self, now: 299_000));
        Assert.Equal(NeighborResult.Known, table.HearData(Address(1), MacA, Port1, now: 299_000));
        Assert.Equal(TimeSpan.Zero, table.EntryOf(Address(1), now: 299_000)!.Value.Age);
        Assert.NotNull(table.Find(Address(1), now: 599_000));
        Assert.Null(table.Find(Address(1), now: 600_000));
    }

    [Fact]
    public void HearData_ItsPortChangesItsHardwareAddress_IsNoConflict()
    {
        var table = new NeighborTable();
        table.HearData(Address(1), MacA, Port1, now: 0);
        Assert.Equal(NeighborResult.Moved, table.HearData(Address(1), MacB, Port1, now: 1));
        Assert.Equal(MacB, table.Find(Address(1), now: 1)!.Value.HardwareAddress);
        Assert.Equal(0, table.Conflicts);
    }

    [Fact]
    public void HearData_OfAStaleOneWithATimer_EndsIt()
    {
        NeighborTable table = new NeighborTable().WithStale(Address(1), MacA, Port1, now: 0);
        table.Use(Address(1), Port2, Self, now: 0);
        Assert.Equal(NeighborResult.Known, table.HearData(Address(1), MacA, Port1, now: 1));
        Assert.Equal((0, NeighborState.Reachable), (table.Resolving, table.StateOf(Address(1), now: 1)));
    }

    [Fact]
    public void HearData_AtAnotherPort_MovesAndConflicts()
    {
        var table = new NeighborTable();
        table.HearData(Address(1), MacA, Port1, now: 0);
        Assert.Equal(NeighborResult.Moved, table.HearData(Address(1), MacB, Port0, now: 29_999));
        Assert.Equal((1, 1), (table.Moves, table.Conflicts));
        Assert.Equal(NeighborResult.Moved, table.HearData(Address(1), MacA, Port1, now: 60_000));
        Assert.Equal((2, 1), (table.Moves, table.Conflicts)); // the owner was silent
        Assert.Equal(0, table.Refused);
    }

    [Fact]
    [Trait("Fault", "38")]
    public void Guard_OwnerHeard_RefusesUntilHeIsSilent()
    {
        NeighborTable table = new NeighborTable(new NeighborOptions { Guard = true }).WithReachable(Address(1), MacA, Port1, now: 0);
        Assert.Equal(NeighborResult.Refused, table.Hear(Address(1), MacB, Port0, NeighborEvidence.Gratuitous, 29_999));
        Assert.Equal(NeighborResult.Refused, table.Hear(Address(1), MacB, Port0, NeighborEvidence.SolicitedOverride, 29_999));
        Assert.Equal(NeighborResult.Refused, table.HearData(Address(1), MacB, Port0, now: 29_999));
        Assert.Equal((0, 3, 3), (table.Moves, table.Conflicts, table.Refused));
        Assert.Equal(new NeighborLink(MacA, Port1, NeedsUse: false), table.Find(Address(1), now: 29_999));
        Assert.Equal(NeighborResult.Moved, table.Hear(Address(1), MacB, Port0, NeighborEvidence.Gratuitous, 30_000));
        Assert.Equal((1, 3, 3), (table.Moves, table.Conflicts, table.Refused));
    }

    [Fact]
    public void Guard_ProbeFailed_FreesTheAddress()
    {
        var options = new NeighborOptions { Guard = true, DelayFirstProbeTime = TimeSpan.Zero };
        NeighborTable table = new NeighborTable(options).WithStale(Address(1), MacA, Port1, now: 0);
        table.Use(Address(1), Port2, Self, now: 0);
        Assert.Equal(NeighborResult.Refused, table.Hear(Address(1), MacB, Port0, NeighborEvidence.Gratuitous, 0));
        Assert.Equal([1, 1, 1, 1], Enumerable.Range(0, 4).Select(i => table.Advance(i * 1000).Count));
        Assert.Equal(NeighborResult.Learned, table.Hear(Address(1), MacB, Port0, NeighborEvidence.Gratuitous, 3000));
    }

    [Fact]
    public void Reply_ThatAResolutionWaitsFor_IsNoConflict()
    {
        NeighborTable table = new NeighborTable(new NeighborOptions { Guard = true }).WithReachable(Address(1), MacA, Port1, now: 0);
        table.Remove(Address(1).ToIPAddress());
        table.Resolve(Address(1), Port2, Self, now: 1);
        Assert.Equal(NeighborResult.Learned, table.Hear(Address(1), MacB, Port0, NeighborEvidence.Reply, 2));
        Assert.Equal((0, 0), (table.Conflicts, table.Moves));
    }

    [Fact]
    public void Static_WhateverIsHeard_StaysAsItIs()
    {
        var table = new NeighborTable();
        Assert.True(table.TryAddStatic(Address(1).ToIPAddress(), MacA, Port1));
        foreach (NeighborEvidence evidence in Enum.GetValues<NeighborEvidence>())
        {
            Assert.Equal(NeighborResult.Refused, table.Hear(Address(1), MacB, Port1, evidence, Quiet));
            Assert.Equal(NeighborResult.Refused, table.Hear(Address(1), MacA, Port0, evidence, Quiet));
            Assert.Equal(NeighborResult.Known, table.Hear(Address(1), MacA, Port1, evidence, Quiet));
        }

        Assert.Equal(NeighborResult.Refused, table.HearData(Address(1), MacB, Port0, Quiet));
        Assert.Equal(NeighborResult.Known, table.HearData(Address(1), MacB, Port1, Quiet));
        Assert.False(table.Use(Address(1), Port2, Self, Quiet));
        Assert.Equal(new NeighborLink(MacA, Port1, NeedsUse: false), table.Find(Address(1), now: 1_000_000_000));
        Assert.Equal(NeighborState.Permanent, table.StateOf(Address(1), now: 1_000_000_000));
        Assert.Equal((15, 0, 0), (table.Refused, table.Conflicts, table.Moves));
        Assert.Equal((0, 1), (table.Flush(Port1), table.Flush(Port1, includeStatic: true)));
    }

    [Fact]
    public void TryAddStatic_OverAnAddressThatIsAskedFor_IsTold()
    {
        var table = new NeighborTable();
        table.Resolve(Address(1), Port2, Self, now: 0);
        Assert.True(table.TryAddStatic(Address(1).ToIPAddress(), MacA, Port1));
        Assert.Equal(NeighborState.Permanent, table.StateOf(Address(1), now: 0));
        Assert.Equal(NeighborDueKind.Failed, Assert.Single(table.Advance(now: 1)).Kind);
        Assert.Equal((0, 0), (table.Resolving, table.Failures));
    }

    [Fact]
    public void TryAddStatic_NoHostOrNoStation_IsRefused()
    {
        var table = new NeighborTable();
        Assert.False(table.TryAddStatic(System.Net.IPAddress.Broadcast, MacA, Port1));
        Assert.False(table.TryAddStatic(System.Net.IPAddress.Parse("ff02::1"), MacA, Port1));
        Assert.False(table.TryAddStatic(Address(1).ToIPAddress(), MacAddress.Broadcast, Port1));
        Assert.False(table.Remove(Address(1).ToIPAddress()));
    }

    [Fact]
    public void Advance_ExpiredEntries_AreTakenOut()
    {
        var table = new NeighborTable();
        for (int i = 1; i <= 1000; i++)
        {
            table.Hear(Address(i), Mac(i), Port1, NeighborEvidence.Solicitation, i * 1000L);
        }

        table.Advance(now: 800_000);
        Assert.Equal(501, table.Count); // heard at 500 s or later
        Assert.Equal(Mac(500), table.Find(Address(500), now: 800_000)!.Value.HardwareAddress);
        Assert.Null(table.Find(Address(499), now: 800_000));
    }

    [Fact]
    [Trait("Fault", "37")]
    public void Hear_StormOfInventedAddressesAtOnePort_LeavesTheOthersTheirEntries()
    {
        var table = new NeighborTable(new NeighborOptions { Capacity = 1024 });
        table.WithReachable(Address(1), MacA, Port0, now: 0).HearData(Address(2), MacB, Port2, now: 0);
        for (int i = 0; i < 1_000_000; i++)
        {
            table.Hear(Address(1000 + i), Mac(1000 + i), Port1, (NeighborEvidence)(i % 3), now: 0);
        }

        Assert.Equal((1024, 1_000_000 - 1022), (table.Count, table.NotLearned));
        Assert.Equal(MacA, table.Find(Address(1), now: 0)!.Value.HardwareAddress);
        Assert.Equal(MacB, table.Find(Address(2), now: 0)!.Value.HardwareAddress);
        for (int i = 10; i < 20; i++)
        {
            Assert.Equal(NeighborResult.Learned, table.Hear(Address(i), Mac(i), Port0, NeighborEvidence.Gratuitous, now: 1));
            Assert.Equal(NeighborResult.Learned, table.HearData(Address(i + 100), MacB, Port2, now: 1));
        }

        Assert.Equal(20, table.Displaced);
        Assert.Equal(NeighborResult.Full, table.HearData(Address(5), MacB, Port1, now: 1));
        Assert.Equal(NeighborResult.Full, table.Hear(Address(5), MacB, Port1, NeighborEvidence.Gratuitous, now: 1));
    }

    [Fact]
    public void Hear_AwaitedButFull_IsNotResolved()
    {
        var table = new NeighborTable(new NeighborOptions { Capacity = 1 });
        table.TryAddStatic(Address(1).ToIPAddress(), MacA, Port1);
        table.Resolve(Address(2), Port2, Self, now: 0);
        Assert.Equal(NeighborResult.Full, table.Hear(Address(2), MacB, Port0, NeighborEvidence.Reply, 1, out bool resolved));
        Assert.False(resolved);
        Assert.Equal(1, table.Resolving);
    }

    [Fact]
    public void Snapshot_TellsAgesAndIncompleteOnes()
    {
        NeighborTable table = new NeighborTable().WithStale(Address(2), MacA, Port1, now: 10_000);
        table.Resolve(Address(4), Port2, Self, now: 40_000);
        Assert.Equal(
            [
                new NeighborEntry(Address(2).ToIPAddress(), MacA, Port1, NeighborState.Stale, TimeSpan.FromSeconds(32)),
                new NeighborEntry(Address(4).ToIPAddress(), default, PortId.None, NeighborState.Incomplete, TimeSpan.FromSeconds(2)),
            ],
            table.Snapshot(now: 42_000).OrderBy(e => e.State == NeighborState.Incomplete));
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>("options.ReachableTime", () => Make(new() { ReachableTime = TimeSpan.FromSeconds(4096) }));
        Assert.Throws<ArgumentOutOfRangeException>("options.RetransTimer", () => Make(new() { RetransTimer = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>("options.DelayFirstProbeTime", () => Make(new() { DelayFirstProbeTime = TimeSpan.FromSeconds(-1) }));
        Assert.Throws<ArgumentOutOfRangeException>("options.MaxResolving", () => Make(new() { MaxResolving = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("options.MaxMulticastSolicit", () => Make(new() { MaxMulticastSolicit = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>("options.MaxUnicastSolicit", () => Make(new() { MaxUnicastSolicit = 0 }));

        static NeighborTable Make(NeighborOptions options) => new(options);
    }
}
