using VSwitch.Filtering;
using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Tests.Filtering;

public sealed class FilteringDatabaseTests
{
    private static readonly PortId s_port0 = new(0, 0);
    private static readonly PortId s_port1 = new(1, 0);
    private static readonly PortId s_port2 = new(2, 0);

    [Fact]
    public void Find_NeverLearned_IsNone() =>
        Assert.Equal(PortId.None, new FilteringDatabase().Find(Station(1), now: 0));

    [Fact]
    public void Find_AfterLearn_IsThatPort()
    {
        var database = new FilteringDatabase();
        Assert.Equal(LearnResult.Learned, database.Learn(Station(1), s_port1, now: 5));
        Assert.Equal(LearnResult.Known, database.Learn(Station(1), s_port1, now: 5));
        Assert.Equal(s_port1, database.Find(Station(1), now: 5));
        Assert.Equal(1, database.Count);
    }

    [Fact]
    public void Find_SameAddressInAnotherVlan_IsNone()
    {
        var database = new FilteringDatabase();
        database.Learn(Station(1, vlan: 10), s_port1, now: 0);
        Assert.Equal(PortId.None, database.Find(Station(1, vlan: 20), now: 0));
    }

    [Fact]
    public void Find_AtAgeingTime_IsFoundAndASecondLaterNot()
    {
        var database = new FilteringDatabase(ageingTime: TimeSpan.FromSeconds(300));
        database.Learn(Station(1), s_port1, now: 1000);
        Assert.Equal(s_port1, database.Find(Station(1), now: 1300));
        Assert.Equal(PortId.None, database.Find(Station(1), now: 1301));
    }

    [Fact]
    public void Learn_Again_MakesTheEntryYoung()
    {
        var database = new FilteringDatabase();
        database.Learn(Station(1), s_port1, now: 0);
        database.Learn(Station(1), s_port1, now: 299);
        Assert.Equal(s_port1, database.Find(Station(1), now: 599));
    }

    [Fact]
    public void Find_ClockReadingOlderThanTheEntry_IsFound()
    {
        var database = new FilteringDatabase();
        database.Learn(Station(1), s_port1, now: 100);
        Assert.Equal(s_port1, database.Find(Station(1), now: 99));
    }

    [Fact]
    public void Age_ExpiredEntries_AreTakenOut()
    {
        var database = new FilteringDatabase();
        for (int i = 1; i <= 1000; i++)
        {
            database.Learn(Station(i), s_port1, now: (uint)i);
        }

        database.Age(now: 800);
        Assert.Equal(501, database.Count); // heard at 500 or later
        Assert.Equal(501, database.Held(s_port1));
        Assert.Equal(s_port1, database.Find(Station(500), now: 800));
        Assert.Equal(PortId.None, database.Find(Station(499), now: 800));
    }

    [Fact]
    [Trait("Fault", "20")]
    public void Learn_AtAnotherPort_MovesAndCounts()
    {
        var database = new FilteringDatabase();
        database.Learn(Station(1), s_port1, now: 0);
        Assert.Equal(LearnResult.Moved, database.Learn(Station(1), s_port2, now: 1));
        Assert.Equal(s_port2, database.Find(Station(1), now: 1));
        Assert.Equal(1, database.Moves);
        Assert.Equal((0, 1), (database.Held(s_port1), database.Held(s_port2)));
        Assert.Equal(1, database.Count);
    }

    [Fact]
    [Trait("Fault", "24")]
    public void Learn_StaticEntryOfAnotherPort_StaysAndIsTold()
    {
        var database = new FilteringDatabase();
        Assert.True(database.TryAddStatic(Station(1), s_port1));
        Assert.Equal(LearnResult.StaticElsewhere, database.Learn(Station(1), s_port2, now: 0));
        Assert.Equal(LearnResult.Known, database.Learn(Station(1), s_port1, now: 0));
        Assert.Equal(s_port1, database.Find(Station(1), now: 1_000_000));
    }

    [Fact]
    public void TryAddStatic_OverALearnedEntry_TakesItsPlace()
    {
        var database = new FilteringDatabase();
        database.Learn(Station(1), s_port1, now: 0);
        Assert.True(database.TryAddStatic(Station(1), s_port2));
        Assert.Equal(s_port2, database.Find(Station(1), now: 5000));
        Assert.Equal((1, 0), (database.Count, database.Held(s_port1)));
    }

    [Theory]
    [InlineData("ff:ff:ff:ff:ff:ff")]
    [InlineData("01:00:5e:00:00:01")]
    [InlineData("00:00:00:00:00:00")]
    public void TryAddStatic_NotAStation_IsRefused(string mac) =>
        Assert.False(new FilteringDatabase().TryAddStatic(new StationKey(VlanId.Default, MacAddress.Parse(mac)), s_port1));

    [Fact]
    [Trait("Fault", "21")]
    public void Learn_FloodOfSourcesAtOnePort_LeavesTheOthersTheirEntries()
    {
        var database = new FilteringDatabase(capacity: 1024);
        database.Learn(Station(1), s_port0, now: 0);
        database.Learn(Station(2), s_port1, now: 0);
        for (int i = 0; i < 1_000_000; i++)
        {
            database.Learn(Station(1000 + i), s_port2, now: 0);
        }

        Assert.Equal(1024, database.Count);
        Assert.Equal(s_port0, database.Find(Station(1), now: 0));
        Assert.Equal(s_port1, database.Find(Station(2), now: 0));
        Assert.Equal(1_000_000 - 1022, database.NotLearned);
    }

    [Fact]
    [Trait("Fault", "22")]
    public void Learn_NewStationAtAModestPortWhenFull_DisplacesTheGreediest()
    {
        var database = new FilteringDatabase(capacity: 1024);
        for (int i = 0; i < 2000; i++)
        {
            database.Learn(Station(1000 + i), s_port2, now: 0);
        }

        for (int i = 0; i < 512; i++)
        {
            Assert.Equal(LearnResult.Learned, database.Learn(Station(1 + i), s_port0, now: 1));
        }

        Assert.Equal(LearnResult.Full, database.Learn(Station(600), s_port0, now: 1)); // its share is half
        Assert.Equal((512, 512), (database.Held(s_port0), database.Held(s_port2)));
        Assert.Equal(512, database.Displaced);
        for (int i = 0; i < 512; i++)
        {
            Assert.Equal(s_port0, database.Find(Station(1 + i), now: 1));
        }
    }

    [Fact]
    public void Learn_StaticEntriesFillTheTable_NothingGivesWay()
    {
        var database = new FilteringDatabase(capacity: 8);
        for (int i = 1; i <= 8; i++)
        {
            Assert.True(database.TryAddStatic(Station(i), s_port1));
        }

        Assert.False(database.TryAddStatic(Station(9), s_port1));
        Assert.Equal(LearnResult.Full, database.Learn(Station(9), s_port0, now: 0));
    }

    [Fact]
    [Trait("Fault", "26")]
    public void Flush_OfAPort_ForgetsItsStationsOnly()
    {
        var database = new FilteringDatabase();
        for (int i = 1; i <= 4000; i++)
        {
            database.Learn(Station(i), i % 2 == 0 ? s_port0 : s_port1, now: 0);
        }

        Assert.Equal(2000, database.Flush(s_port1));
        Assert.Equal(2000, database.Count);
        for (int i = 1; i <= 4000; i++)
        {
            Assert.Equal(i % 2 == 0 ? s_port0 : PortId.None, database.Find(Station(i), now: 0));
        }
    }

    [Fact]
    public void Flush_OfAVlanOrAll_SparesStaticEntries()
    {
        var database = new FilteringDatabase();
        database.Learn(Station(1, vlan: 10), s_port0, now: 0);
        database.Learn(Station(1, vlan: 20), s_port0, now: 0);
        database.TryAddStatic(Station(2, vlan: 10), s_port0);
        Assert.Equal(1, database.Flush(new VlanId(10)));
        Assert.Equal(1, database.Flush());
        Assert.Equal(1, database.Count);
    }

    [Fact]
    public void Snapshot_TellsAgeAndKind()
    {
        var database = new FilteringDatabase();
        database.Learn(Station(1), s_port0, now: 10);
        database.TryAddStatic(Station(2), s_port1);
        Assert.Equal(
            [
                new FilteringEntry(VlanId.Default, Station(1).Mac, s_port0, FilteringEntryKind.Dynamic, TimeSpan.FromSeconds(32)),
                new FilteringEntry(VlanId.Default, Station(2).Mac, s_port1, FilteringEntryKind.Static, TimeSpan.Zero),
            ],
            database.Snapshot(now: 42).OrderBy(e => e.Mac.Value));
    }

    /// <summary>The same operations on the database and on a dictionary leave the same contents, removals with their shifts included.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomOperations_AgreeWithADictionary(int seed)
    {
        var random = new Random(seed);
        var database = new FilteringDatabase(capacity: 64, hashSeed: (ulong)seed);
        var model = new Dictionary<StationKey, PortId>();
        for (int i = 0; i < 200_000; i++)
        {
            StationKey station = Station(1 + random.Next(90));
            var port = new PortId(random.Next(4), 0);
            if (random.Next(3) == 0)
            {
                Assert.Equal(model.Remove(station), database.Remove(station));
            }
            else if (model.ContainsKey(station) || model.Count < 64)
            {
                database.Learn(station, port, now: 0);
                model[station] = port;
            }

            Assert.Equal(model.GetValueOrDefault(station, PortId.None), database.Find(station, now: 0));
        }

        Assert.Equal(model.Count, database.Count);
        Assert.All(model, entry => Assert.Equal(entry.Value, database.Find(entry.Key, now: 0)));
    }

    /// <summary>While others come, move and go, a station that stays is always found, and always at its own port.</summary>
    [Fact]
    public async Task Find_WhileOthersChange_NeverFailsNorLies()
    {
        var database = new FilteringDatabase(capacity: 64);
        var stays = Enumerable.Range(1, 16).Select(i => Station(i)).ToArray();
        foreach (StationKey station in stays)
        {
            database.Learn(station, s_port0, now: 0);
        }

        using var done = new CancellationTokenSource();
        Task<long> reader = Task.Run(() =>
        {
            long wrong = 0;
            while (!done.IsCancellationRequested)
            {
                foreach (StationKey station in stays)
                {
                    wrong += database.Find(station, now: 0) == s_port0 ? 0 : 1;
                }
            }

            return wrong;
        });
        var random = new Random(7);
        for (int i = 0; i < 300_000; i++)
        {
            StationKey other = Station(100 + random.Next(40));
            if (!database.Remove(other))
            {
                database.Learn(other, s_port1, now: 0);
            }
        }

        await done.CancelAsync();
        Assert.Equal(0, await reader);
    }

    [Fact]
    public void FullSize_OneMillionStations_AreAllFound()
    {
        var database = new FilteringDatabase(FilteringDatabase.MaxCapacity);
        for (int i = 1; i <= FilteringDatabase.MaxCapacity; i++)
        {
            database.Learn(Station(i), new PortId(i & 1023, 0), now: 0);
        }

        Assert.Equal(FilteringDatabase.MaxCapacity, database.Count);
        int found = 0;
        for (int i = 1; i <= FilteringDatabase.MaxCapacity; i++)
        {
            found += database.Find(Station(i), now: 0).Index == (i & 1023) ? 1 : 0;
        }

        Assert.Equal(FilteringDatabase.MaxCapacity, found);
    }

    private static StationKey Station(int number, int vlan = 1) =>
        new(new VlanId((ushort)vlan), new MacAddress(0x0200_0000_0000UL + (ulong)number));
}
