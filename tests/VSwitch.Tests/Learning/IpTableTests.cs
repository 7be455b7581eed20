using VSwitch.Filtering;
using VSwitch.Identifiers;
using VSwitch.Learning;
using IpTable = VSwitch.Learning.LearningTable<VSwitch.Identifiers.IpAddressKey, VSwitch.Learning.IpSlot>;

namespace VSwitch.Tests.Learning;

/// <summary>The table of the filtering database with the keys of the joiner: 128 bits that are read without a lock.</summary>
public sealed class IpTableTests
{
    private static readonly PortId s_port0 = new(0, 0);
    private static readonly PortId s_port1 = new(1, 0);
    private static readonly PortId s_port2 = new(2, 0);

    [Fact]
    public void Find_NeverLearned_IsNone() =>
        Assert.Equal(PortId.None, Make().Find(Address(1), now: 0));

    [Fact]
    public void Find_AfterLearn_IsThatPort()
    {
        IpTable table = Make();
        Assert.Equal(LearnResult.Learned, table.Learn(Address(1), s_port1, now: 5));
        Assert.Equal(LearnResult.Known, table.Learn(Address(1), s_port1, now: 5));
        Assert.Equal(s_port1, table.Find(Address(1), now: 5));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Find_AtAgeingTime_IsFoundAndASecondLaterNot()
    {
        IpTable table = Make(ageingTime: TimeSpan.FromSeconds(300));
        table.Learn(Address(1), s_port1, now: 1000);
        Assert.Equal(s_port1, table.Find(Address(1), now: 1300));
        Assert.Equal(PortId.None, table.Find(Address(1), now: 1301));
    }

    [Fact]
    public void Learn_Again_MakesTheEntryYoung()
    {
        IpTable table = Make();
        table.Learn(Address(1), s_port1, now: 0);
        table.Learn(Address(1), s_port1, now: 299);
        Assert.Equal(s_port1, table.Find(Address(1), now: 599));
    }

    [Fact]
    public void Find_ClockReadingOlderThanTheEntry_IsFound()
    {
        IpTable table = Make();
        table.Learn(Address(1), s_port1, now: 100);
        Assert.Equal(s_port1, table.Find(Address(1), now: 99));
    }

    [Fact]
    public void Age_ExpiredEntries_AreTakenOut()
    {
        IpTable table = Make();
        for (int i = 1; i <= 1000; i++)
        {
            table.Learn(Address(i), s_port1, now: (uint)i);
        }

        table.Age(now: 800);
        Assert.Equal(501, table.Count); // heard at 500 or later
        Assert.Equal(501, table.Held(s_port1));
        Assert.Equal(s_port1, table.Find(Address(500), now: 800));
        Assert.Equal(PortId.None, table.Find(Address(499), now: 800));
    }

    [Fact]
    [Trait("Clause", "J7")]
    public void Learn_AtAnotherPort_MovesAndCounts()
    {
        IpTable table = Make();
        table.Learn(Address(1), s_port1, now: 0);
        Assert.Equal(LearnResult.Moved, table.Learn(Address(1), s_port2, now: 1));
        Assert.Equal(s_port2, table.Find(Address(1), now: 1));
        Assert.Equal(1, table.Moves);
        Assert.Equal((0, 1), (table.Held(s_port1), table.Held(s_port2)));
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Learn_StaticEntryOfAnotherPort_StaysAndIsTold()
    {
        IpTable table = Make();
        Assert.True(table.TryAddStatic(Address(1), s_port1));
        Assert.Equal(LearnResult.StaticElsewhere, table.Learn(Address(1), s_port2, now: 0));
        Assert.Equal(LearnResult.Known, table.Learn(Address(1), s_port1, now: 0));
        Assert.Equal(s_port1, table.Find(Address(1), now: 1_000_000));
    }

    [Fact]
    public void TryAddStatic_OverALearnedEntry_TakesItsPlace()
    {
        IpTable table = Make();
        table.Learn(Address(1), s_port1, now: 0);
        Assert.True(table.TryAddStatic(Address(1), s_port2));
        Assert.Equal(s_port2, table.Find(Address(1), now: 5000));
        Assert.Equal((1, 0), (table.Count, table.Held(s_port1)));
    }

    [Fact]
    [Trait("Clause", "J10")]
    public void Learn_FloodOfSourcesAtOnePort_LeavesTheOthersTheirEntries()
    {
        IpTable table = Make(capacity: 1024);
        table.Learn(Address(1), s_port0, now: 0);
        table.Learn(Address(2), s_port1, now: 0);
        for (int i = 0; i < 1_000_000; i++)
        {
            table.Learn(Address(1000 + i), s_port2, now: 0);
        }

        Assert.Equal(1024, table.Count);
        Assert.Equal(s_port0, table.Find(Address(1), now: 0));
        Assert.Equal(s_port1, table.Find(Address(2), now: 0));
        Assert.Equal(1_000_000 - 1022, table.NotLearned);
    }

    [Fact]
    [Trait("Clause", "J10")]
    public void Learn_NewStationAtAModestPortWhenFull_DisplacesTheGreediest()
    {
        IpTable table = Make(capacity: 1024);
        for (int i = 0; i < 2000; i++)
        {
            table.Learn(Address(1000 + i), s_port2, now: 0);
        }

        for (int i = 0; i < 512; i++)
        {
            Assert.Equal(LearnResult.Learned, table.Learn(Address(1 + i), s_port0, now: 1));
        }

        Assert.Equal(LearnResult.Full, table.Learn(Address(600), s_port0, now: 1)); // its share is half
        Assert.Equal((512, 512), (table.Held(s_port0), table.Held(s_port2)));
        Assert.Equal(512, table.Displaced);
        for (int i = 0; i < 512; i++)
        {
            Assert.Equal(s_port0, table.Find(Address(1 + i), now: 1));
        }
    }

    [Fact]
    public void Learn_StaticEntriesFillTheTable_NothingGivesWay()
    {
        IpTable table = Make(capacity: 8);
        for (int i = 1; i <= 8; i++)
        {
            Assert.True(table.TryAddStatic(Address(i), s_port1));
        }

        Assert.False(table.TryAddStatic(Address(9), s_port1));
        Assert.Equal(LearnResult.Full, table.Learn(Address(9), s_port0, now: 0));
    }

    [Fact]
    public void Flush_OfAPort_ForgetsItsStationsOnly()
    {
        IpTable table = Make();
        for (int i = 1; i <= 4000; i++)
        {
            table.Learn(Address(i), i % 2 == 0 ? s_port0 : s_port1, now: 0);
        }

        Assert.Equal(2000, table.Flush(s_port1));
        Assert.Equal(2000, table.Count);
        for (int i = 1; i <= 4000; i++)
        {
            Assert.Equal(i % 2 == 0 ? s_port0 : PortId.None, table.Find(Address(i), now: 0));
        }
    }

    /// <summary>The same operations on the database and on a dictionary leave the same contents, removals with their shifts included.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomOperations_AgreeWithADictionary(int seed)
    {
        var random = new Random(seed);
        IpTable table = Make(capacity: 64, hashSeed: (ulong)seed);
        var model = new Dictionary<IpAddressKey, PortId>();
        for (int i = 0; i < 200_000; i++)
        {
            IpAddressKey address = Address(1 + random.Next(90));
            var port = new PortId(random.Next(4), 0);
            if (random.Next(3) == 0)
            {
                Assert.Equal(model.Remove(address), table.Remove(address));
            }
            else if (model.ContainsKey(address) || model.Count < 64)
            {
                table.Learn(address, port, now: 0);
                model[address] = port;
            }

            Assert.Equal(model.GetValueOrDefault(address, PortId.None), table.Find(address, now: 0));
        }

        Assert.Equal(model.Count, table.Count);
        Assert.All(model, entry => Assert.Equal(entry.Value, table.Find(entry.Key, now: 0)));
    }

    /// <summary>While others come, move and go, a address that stays is always found, and always at its own port.</summary>
    [Fact]
    public async Task Find_WhileOthersChange_NeverFailsNorLies()
    {
        IpTable table = Make(capacity: 64);
        var stays = Enumerable.Range(1, 16).Select(i => Address(i)).ToArray();
        foreach (IpAddressKey address in stays)
        {
            table.Learn(address, s_port0, now: 0);
        }

        using var done = new CancellationTokenSource();
        Task<long> reader = Task.Run(() =>
        {
            long wrong = 0;
            while (!done.IsCancellationRequested)
            {
                foreach (IpAddressKey address in stays)
                {
                    wrong += table.Find(address, now: 0) == s_port0 ? 0 : 1;
                }
            }

            return wrong;
        });
        var random = new Random(7);
        for (int i = 0; i < 300_000; i++)
        {
            IpAddressKey other = Address(100 + random.Next(40));
            if (!table.Remove(other))
            {
                table.Learn(other, s_port1, now: 0);
            }
        }

        await done.CancelAsync();
        Assert.Equal(0, await reader);
    }

    [Fact]
    public void FullSize_OneMillionStations_AreAllFound()
    {
        IpTable table = Make(FilteringDatabase.MaxCapacity);
        for (int i = 1; i <= FilteringDatabase.MaxCapacity; i++)
        {
            table.Learn(Address(i), new PortId(i & 1023, 0), now: 0);
        }

        Assert.Equal(FilteringDatabase.MaxCapacity, table.Count);
        int found = 0;
        for (int i = 1; i <= FilteringDatabase.MaxCapacity; i++)
        {
            found += table.Find(Address(i), now: 0).Index == (i & 1023) ? 1 : 0;
        }

        Assert.Equal(FilteringDatabase.MaxCapacity, found);
    }

    [Theory]
    [Trait("Clause", "J2")]
    [InlineData(0x0000_0000u)]
    [InlineData(0x0001_0203u)] // "this network"
    [InlineData(0xE000_0001u)]
    [InlineData(0xFFFF_FFFFu)]
    public void TryAddStatic_NoHostOfIPv4_IsRefused(uint address) =>
        Assert.False(Make().TryAddStatic(IpAddressKey.FromIPv4(address), s_port1));

    [Theory]
    [Trait("Clause", "J2")]
    [InlineData(0UL, 0UL)]
    [InlineData(0xFF02_0000_0000_0000UL, 1UL)]
    [InlineData(0UL, 0xFFFF_0A00_0001UL)] // ::ffff:10.0.0.1 in an IPv6 packet: a forgery
    public void TryAddStatic_NoHostOfIPv6_IsRefused(ulong high, ulong low) =>
        Assert.False(Make().TryAddStatic(IpAddressKey.FromIPv6(high, low), s_port1));

    /// <summary>Readers of keys that share a slot's words with ever new occupants never find one that was never learned.</summary>
    [Fact]
    public async Task Find_HalvesOfTwoAddresses_IsNeverFound()
    {
        IpTable table = Make(capacity: 8);
        IpAddressKey[] learned = [.. Enumerable.Range(1, 12).Select(i => new IpAddressKey(0x2001_0DB8_0000_0000UL + (ulong)i, (ulong)i))];
        IpAddressKey[] mixed = [.. Enumerable.Range(1, 11).Select(i => new IpAddressKey(0x2001_0DB8_0000_0000UL + (ulong)i, (ulong)i + 1))];
        using var done = new CancellationTokenSource();
        Task<long> reader = Task.Run(() =>
        {
            long wrong = 0;
            while (!done.IsCancellationRequested)
            {
                wrong += mixed.Count(key => table.Find(key, now: 0) != PortId.None);
                wrong += learned.Count(key => table.Find(key, now: 0) is var port && port != PortId.None && port.Index != (int)key.Low);
            }

            return wrong;
        });
        var random = new Random(8);
        for (int i = 0; i < 300_000; i++)
        {
            IpAddressKey key = learned[random.Next(12)];
            if (!table.Remove(key))
            {
                table.Learn(key, new PortId((int)key.Low, 0), now: 0);
            }
        }

        await done.CancelAsync();
        Assert.Equal(0, await reader);
    }

    private static IpTable Make(int capacity = FilteringDatabase.DefaultCapacity, TimeSpan? ageingTime = null, ulong hashSeed = 0) =>
        new(capacity, ageingTime ?? FilteringDatabase.DefaultAgeingTime, hashSeed);

    // Both families, mixed.
    private static IpAddressKey Address(int number) => number % 2 == 0
        ? IpAddressKey.FromIPv4(0x0A00_0000u + (uint)number)
        : IpAddressKey.FromIPv6(0x2001_0DB8_0000_0000UL + ((ulong)number << 3), 1);
}
