using VSwitch.Filtering;
using VSwitch.Identifiers;
using VSwitch.Learning;
using VSwitch.TestKit;

namespace VSwitch.Tests.Filtering;

/// <summary>How many stations a port and a VLAN may hold.</summary>
public sealed class FilteringLimitTests
{
    private static readonly PortId s_port0 = new(0, 0);
    private static readonly PortId s_port1 = new(1, 0);
    private static readonly PortId s_port2 = new(2, 0);
    private static readonly VlanId s_vlan = new(10);

    [Fact]
    [Trait("Fault", "27")]
    public void Learn_OneMoreThanThePortMayHold_IsRefusedAndCounted()
    {
        var database = new FilteringDatabase();
        database.SetLimit(s_port1, 3);
        for (int i = 1; i <= 3; i++)
        {
            Assert.Equal(LearnResult.Learned, database.Learn(Station(i), s_port1, now: 0));
        }

        Assert.Equal(LearnResult.PortLimit, database.Learn(Station(4), s_port1, now: 0));
        Assert.Equal(LearnResult.Known, database.Learn(Station(1), s_port1, now: 1));
        Assert.Equal(LearnResult.Learned, database.Learn(Station(4), s_port2, now: 0));
        Assert.Equal((3, 1L), (database.Held(s_port1), database.LimitRefusals));
        Assert.Equal(s_port2, database.Find(Station(4), now: 0));
    }

    [Fact]
    public void Learn_LimitOfZero_TakesNobody()
    {
        var database = new FilteringDatabase();
        database.SetLimit(s_port0, 0);
        Assert.Equal(LearnResult.PortLimit, database.Learn(Station(1), s_port0, now: 0));
        Assert.Equal(0, database.Count);
    }

    [Fact]
    public void Learn_AfterTheLimitWasTakenAway_IsLearned()
    {
        var database = new FilteringDatabase();
        database.SetLimit(s_port0, 0);
        database.SetLimit(s_vlan, 0);
        database.SetLimit(s_port0, null);
        Assert.Equal(LearnResult.VlanLimit, database.Learn(Station(1), s_port0, now: 0));
        database.SetLimit(s_vlan, null);
        Assert.Equal(LearnResult.Learned, database.Learn(Station(1), s_port0, now: 0));
    }

    [Fact]
    public void SetLimit_BelowWhatIsHeld_KeepsThatAndTakesNoMore()
    {
        var database = new FilteringDatabase();
        for (int i = 1; i <= 5; i++)
        {
            database.Learn(Station(i), s_port0, now: 0);
        }

        database.SetLimit(s_port0, 2);
        Assert.Equal(5, database.Held(s_port0));
        Assert.Equal(LearnResult.Known, database.Learn(Station(5), s_port0, now: 1));
        Assert.Equal(LearnResult.PortLimit, database.Learn(Station(6), s_port0, now: 1));
    }

    [Fact]
    [Trait("Fault", "20")]
    public void Learn_MoveToAFullPort_IsRefusedAndTheStationStays()
    {
        var database = new FilteringDatabase();
        database.SetLimit(s_port1, 1);
        database.Learn(Station(1), s_port1, now: 0);
        database.Learn(Station(2), s_port2, now: 0);
        Assert.Equal(LearnResult.PortLimit, database.Learn(Station(2), s_port1, now: 0));
        Assert.Equal(s_port2, database.Find(Station(2), now: 0));
        Assert.Equal(LearnResult.Moved, database.Learn(Station(1), s_port2, now: 0));
        Assert.Equal(LearnResult.Moved, database.Learn(Station(2), s_port1, now: 0)); // its place was free again
    }

    [Fact]
    public void Learn_MoveWithinAFullVlan_IsAllowed()
    {
        var database = new FilteringDatabase();
        database.SetLimit(s_vlan, 1);
        database.Learn(Station(1), s_port1, now: 0);
        Assert.Equal(LearnResult.Moved, database.Learn(Station(1), s_port2, now: 0));
        Assert.Equal(LearnResult.VlanLimit, database.Learn(Station(2), s_port1, now: 0));
        Assert.Equal(LearnResult.Learned, database.Learn(new StationKey(new VlanId(11), Station(2).Mac), s_port1, now: 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void VlanLimit_SetBeforeOrAfterEntriesExist_CountsThemExactly(bool isBefore)
    {
        var database = new FilteringDatabase();
        if (isBefore)
        {
            database.SetLimit(s_vlan, 5);
        }

        database.SetSticky(s_port1, true);
        database.Learn(Station(1), s_port0, now: 0);
        database.Learn(Station(2), s_port0, now: 0);
        database.Learn(Station(3), s_port1, now: 0);
        database.TryAddStatic(Station(4), s_port0);
        database.TryAddStatic(Station(1), s_port0);
        database.Remove(Station(2));
        if (!isBefore)
        {
            database.SetLimit(s_vlan, 5);
        }

        for (int i = 10; i < 14; i++)
        {
            Assert.Equal(LearnResult.Learned, database.Learn(Station(i), s_port0, now: 0)); // beside the sticky one: static ones are not counted
        }

        Assert.Equal(LearnResult.VlanLimit, database.Learn(Station(14), s_port0, now: 0));
        Assert.Equal(4, database.Flush(s_vlan));
        Assert.Equal(LearnResult.Learned, database.Learn(Station(14), s_port0, now: 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Learn_AtTheLimit_ExpiredEntriesThatNoSweepHasMetGiveWay(bool isOfPort)
    {
        var database = new FilteringDatabase(ageingTime: TimeSpan.FromSeconds(10));
        if (isOfPort)
        {
            database.SetLimit(s_port0, 2);
        }
        else
        {
            database.SetLimit(s_vlan, 2);
        }

        LearnResult refusal = isOfPort ? LearnResult.PortLimit : LearnResult.VlanLimit;
        database.Learn(Station(1), s_port0, now: 0);
        database.Learn(Station(2), s_port0, now: 5);
        for (uint now = 5; now <= 10; now++)
        {
            Assert.Equal(refusal, database.Learn(Station(3), s_port0, now));
        }

        Assert.Equal(LearnResult.Learned, database.Learn(Station(3), s_port0, now: 11));
        Assert.Equal(refusal, database.Learn(Station(4), s_port0, now: 15));
        Assert.Equal(LearnResult.Learned, database.Learn(Station(4), s_port0, now: 16));
        Assert.Equal(2, database.Count);
    }

    [Fact]
    public void Learn_AtTheLimit_TheStationThatExpiredItselfComesBack()
    {
        var database = new FilteringDatabase(ageingTime: TimeSpan.FromSeconds(10));
        database.SetLimit(s_port0, 1);
        database.SetLimit(s_port1, 1);
        database.SetLimit(s_vlan, 1);
        database.Learn(Station(1), s_port0, now: 0);
        Assert.Equal(LearnResult.Learned, database.Learn(Station(1), s_port0, now: 20));
        Assert.Equal(LearnResult.Learned, database.Learn(Station(1), s_port1, now: 40)); // elsewhere it is as new
        Assert.Equal((0, 1, 0L), (database.Held(s_port0), database.Held(s_port1), database.Moves));
    }

    [Fact]
    [Trait("Fault", "26")]
    public void Flush_WithStaticEntries_TheNextPortOfThePlaceInheritsNoTerms()
    {
        var database = new FilteringDatabase();
        PortId next = new(s_port1.Index, 1);
        database.SetLimit(s_port1, 1);
        database.SetSticky(s_port1, true);
        database.Learn(Station(1), s_port1, now: 0);
        Assert.Equal(1, database.Flush(s_port1, includeStatic: true));

        Assert.Equal(LearnResult.Learned, database.Learn(Station(1), next, now: 0));
        Assert.Equal(LearnResult.Learned, database.Learn(Station(2), next, now: 0));
        Assert.Equal(LearnResult.Moved, database.Learn(Station(2), s_port0, now: 0));
        Assert.Equal(0, database.Flush(s_port1, includeStatic: true)); // late: it ends nothing of the next one
        Assert.Equal((1, 1), (database.Held(next), database.HeldDynamic(next)));
    }

    [Fact]
    [Trait("Fault", "26")]
    public void SetLimit_OfThePlacesNextPort_StragglersOfTheFormerOneDoNotCount()
    {
        var database = new FilteringDatabase();
        PortId next = new(s_port1.Index, 1);
        database.Flush(s_port1, includeStatic: true);
        database.Learn(Station(1), s_port1, now: 0); // a burst that was under way
        database.SetLimit(next, 1);
        Assert.Equal(LearnResult.PortLimit, database.Learn(Station(2), s_port1, now: 0)); // and another
        Assert.Equal(LearnResult.Learned, database.Learn(Station(3), next, now: 0));
        Assert.Equal(LearnResult.PortLimit, database.Learn(Station(4), next, now: 0));
        Assert.Equal(1, database.Count);
    }

    [Fact]
    [Trait("Fault", "21")]
    [Trait("Fault", "27")]
    public void Learn_FloodOfSourcesAgainstALimit_LeavesAllElseAsItIs()
    {
        var database = new FilteringDatabase(capacity: 1024);
        database.SetLimit(s_port2, 10);
        database.Learn(Station(1), s_port0, now: 0);
        for (int i = 0; i < 1_000_000; i++)
        {
            database.Learn(Station(1000 + i), s_port2, now: (uint)i / 100_000);
        }

        Assert.Equal((11, 0L, 0L), (database.Count, database.NotLearned, database.Displaced));
        Assert.Equal(1_000_000 - 10, database.LimitRefusals);
        Assert.Equal(s_port2, database.Find(Station(1000), now: 10)); // the first comers
    }

    [Fact]
    [Trait("Fault", "22")]
    public void Learn_FullTableAndALimit_WhoIsBelowHisShareStillDisplaces()
    {
        var database = new FilteringDatabase(capacity: 1024);
        database.SetLimit(s_port0, 100);
        for (int i = 0; i < 2000; i++)
        {
            database.Learn(Station(1000 + i), s_port2, now: 0);
        }

        for (int i = 1; i <= 101; i++)
        {
            Assert.Equal(i <= 100 ? LearnResult.Learned : LearnResult.PortLimit, database.Learn(Station(i), s_port0, now: 1));
        }

        Assert.Equal((1024, 100), (database.Count, database.Held(s_port0)));
    }

    [Fact]
    public void Learn_Refused_AllocatesNothing()
    {
        var database = new FilteringDatabase(ageingTime: TimeSpan.FromSeconds(1));
        database.SetLimit(s_port0, 1);
        database.SetLimit(s_vlan, 2);
        database.Learn(Station(1), s_port0, now: 0);
        database.Learn(Station(2), s_port1, now: 0);
        database.Pin(Station(2));
        int others = 0;
        Refuse(100); // what is compiled is compiled
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refuse(20_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);
        Assert.Equal(0, others);

        void Refuse(int times)
        {
            for (int i = 0; i < times; i++)
            {
                uint now = (uint)i / 100; // sweeps included
                database.Learn(Station(1), s_port0, now);
                database.Learn(Station(2), s_port1, now);
                others += database.Learn(Station(100 + i), s_port0, now) == LearnResult.PortLimit ? 0 : 1;
                others += database.Learn(Station(100 + i), s_port1, now) == LearnResult.VlanLimit ? 0 : 1;
                others += database.Learn(Station(2), s_port0, now) == LearnResult.Held ? 0 : 1;
            }
        }
    }

    /// <summary>Threads enter their own stations, and take part of them to and fro, against limits that all reach at once.</summary>
    [Fact]
    [Trait("Fault", "27")]
    public async Task Learn_ManyThreads_NeverOneMoreThanTheLimit()
    {
        const int Limit = 100;
        const int Threads = 8;
        var database = new FilteringDatabase();
        database.SetLimit(s_port0, Limit);
        database.SetLimit(s_port1, Limit);
        database.SetLimit(s_vlan, (2 * Limit) - 50);
        using var start = new Barrier(Threads);
        long overdrawn = 0;
        int[] learned = new int[Threads];
        long[] refused = new long[Threads];
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                var random = new Random(thread);
                start.SignalAndWait();
                for (int i = 0; i < 50_000; i++)
                {
                    StationKey station = Station((thread * 1000) + random.Next(100));
                    if (random.Next(4) == 0 && database.Remove(station))
                    {
                        learned[thread]--;
                    }

                    LearnResult result = database.Learn(station, random.Next(2) == 0 ? s_port0 : s_port1, now: 0);
                    learned[thread] += result == LearnResult.Learned ? 1 : 0;
                    refused[thread] += result is LearnResult.PortLimit or LearnResult.VlanLimit ? 1 : 0;
                    if (database.Held(s_port0) > Limit || database.Held(s_port1) > Limit || database.Count > (2 * Limit) - 50)
                    {
                        Interlocked.Increment(ref overdrawn);
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(0, overdrawn);
        Assert.Equal(learned.Sum(), database.Count);
        Assert.Equal(refused.Sum(), database.LimitRefusals);
        Assert.Equal(database.Count, database.Held(s_port0) + database.Held(s_port1));

        for (int i = 0; i < 300; i++)
        {
            database.Learn(Station(100_000 + i), i % 2 == 0 ? s_port0 : s_port1, now: 0);
        }

        Assert.Equal((2 * Limit) - 50, database.Count); // to the last one, all places can be had
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(FilteringDatabase.MaxCapacity + 1)]
    public void SetLimit_NoNumberOfStations_Throws(int max)
    {
        var database = new FilteringDatabase();
        Assert.Throws<ArgumentOutOfRangeException>(nameof(max), () => database.SetLimit(s_port0, max));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(max), () => database.SetLimit(s_vlan, max));
        Assert.Throws<ArgumentOutOfRangeException>("port", () => database.SetLimit(PortId.None, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => database.SetLimit(new VlanId(4096), 1));
    }

    private static StationKey Station(int number) => new(s_vlan, new MacAddress(0x0200_0000_0000UL + (ulong)number));
}
