using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.TestKit;
using static VSwitch.Tests.Neighbors.NeighborTestData;

namespace VSwitch.Tests.Neighbors;

/// <summary>The table as a whole: against a model, with readers beside writers, without allocations.</summary>
public sealed class NeighborTableTests
{
    /// <summary>The same operations on the table and on a dictionary leave the same contents, removals with their shifts included.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomOperations_AgreeWithADictionary(int seed)
    {
        var random = new Random(seed);
        var table = new NeighborTable(new NeighborOptions { Capacity = 64, HashSeed = (ulong)seed });
        var model = new Dictionary<IpAddressKey, (MacAddress Mac, PortId Port)>();
        for (int i = 0; i < 200_000; i++)
        {
            IpAddressKey address = Address(1 + random.Next(90));
            (MacAddress Mac, PortId Port) there = (Mac(1 + random.Next(1000)), new PortId(random.Next(4), 0));
            switch (random.Next(3))
            {
                case 0:
                    Assert.Equal(model.Remove(address), table.Remove(address.ToIPAddress()));
                    break;
                case 1 when model.ContainsKey(address) || model.Count < 64:
                    table.Hear(address, there.Mac, there.Port, NeighborEvidence.Solicitation, now: 0);
                    model[address] = there;
                    break;
                case 2 when model.ContainsKey(address) || model.Count < 64:
                    table.HearData(address, there.Mac, there.Port, now: 0);
                    model[address] = there;
                    break;
                default:
                    break;
            }

            bool isKnown = model.TryGetValue(address, out (MacAddress Mac, PortId Port) expected);
            Assert.Equal(isKnown, table.TryFind(address, now: 0, out NeighborLink link));
            Assert.Equal(isKnown ? expected : default, (link.HardwareAddress, link.Port));
        }

        Assert.Equal(model.Count, table.Count);
        Assert.All(model, e => Assert.Equal(e.Value.Mac, table.Find(e.Key, now: 0)!.Value.HardwareAddress));
    }

    /// <summary>
    /// Hardware address and port that are found belong to the address and to one another, whatever moves, comes and goes meanwhile; and one that stays is
    /// always found.
    /// </summary>
    [Fact]
    public async Task TryFind_WhileOthersChange_NeverMixesEntries()
    {
        var table = new NeighborTable(new NeighborOptions { Capacity = 64 });
        IpAddressKey[] addresses = [.. Enumerable.Range(1, 40).Select(Address)];
        for (int i = 0; i < 8; i++)
        {
            Change(i, port: 0);
        }

        using var done = new CancellationTokenSource();
        Task<(long Wrong, long Missed)> reader = Task.Run(() =>
        {
            long wrong = 0;
            long missed = 0;
            while (!done.IsCancellationRequested)
            {
                for (int i = 0; i < addresses.Length; i++)
                {
                    if (table.TryFind(addresses[i], now: 0, out NeighborLink link))
                    {
                        wrong += link.HardwareAddress == MacOf(i, link.Port.Index) ? 0 : 1;
                    }
                    else if (i < 8)
                    {
                        missed++;
                    }
                }
            }

            return (wrong, missed);
        });
        Task writer = Task.Run(() =>
        {
            var random = new Random(9);
            while (!done.IsCancellationRequested)
            {
                table.HearData(addresses[random.Next(8)], MacOf(0, 0), new PortId(9, 0), now: 0); // refused: they are static
                Change(8 + random.Next(16), random.Next(4));
            }
        });
        var random = new Random(7);
        for (int i = 0; i < 300_000; i++)
        {
            int other = 8 + random.Next(32);
            if (random.Next(2) == 0 || !table.Remove(addresses[other].ToIPAddress()))
            {
                Change(other, random.Next(4));
            }
        }

        await done.CancelAsync();
        await writer;
        Assert.Equal((0, 0), await reader);

        void Change(int i, int port)
        {
            if (i < 8)
            {
                Assert.True(table.TryAddStatic(addresses[i].ToIPAddress(), MacOf(i, port), new PortId(port, 0)));
            }
            else
            {
                table.HearData(addresses[i], MacOf(i, port), new PortId(port, 0), now: 0);
            }
        }

        static MacAddress MacOf(int i, int port) => Mac((i << 8) + port + 1);
    }

    /// <summary>Every word of an entry is written while others ask, resolve, probe and advance: nothing is lost, nothing sticks.</summary>
    [Fact]
    public async Task AllOperations_AtOnce_LeaveTheTableInOrder()
    {
        var table = new NeighborTable(new NeighborOptions { Capacity = 32, MaxResolving = 16, DelayFirstProbeTime = TimeSpan.Zero });
        long clock = 0;
        await Task.WhenAll(Enumerable.Range(0, 3).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            var due = new List<NeighborDue>();
            for (int i = 0; i < 60_000; i++)
            {
                long now = Interlocked.Add(ref clock, random.Next(20));
                IpAddressKey address = Address(1 + random.Next(50));
                var port = new PortId(random.Next(4), 0);
                switch (random.Next(8))
                {
                    case 0: table.Resolve(address, port, Self, now); break;
                    case 1: table.Use(address, port, Self, now); break;
                    case 2: table.HearData(address, MacA, port, now); break;
                    case 3 when i % 64 == 3: table.Flush(port); break;
                    case 4: table.Advance(now, due); due.Clear(); break;
                    default: table.Hear(address, Mac(random.Next(3)), port, (NeighborEvidence)random.Next(7), now); break;
                }
            }
        })));
        long end = clock;
        Assert.InRange(table.Count, 0, 32);
        Assert.InRange(table.Resolving, 0, 16);
        int timed = table.Snapshot(end).Count(e => e.State is NeighborState.Delay or NeighborState.Probe or NeighborState.Incomplete);
        Assert.InRange(timed, 0, table.Resolving); // no entry waits for a timer that does not run
        for (int i = 0; i < 10; i++)
        {
            table.Advance(end + (i * 1000));
        }

        Assert.Equal(0, table.Resolving);
        table.Advance(end + 400_000);
        table.Advance(end + 401_000); // what the first sweep moved from its end to its beginning
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void TryFindAndHearData_AllocateNothing()
    {
        var table = new NeighborTable();
        for (int i = 1; i <= 100; i++)
        {
            table.HearData(Address(i), MacA, Port1, now: 0);
        }

        int found = Pass(now: 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int second = 0; second < 100; second++)
        {
            found += Pass(now: second * 1000L);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);
        Assert.Equal(101 * 100, found);

        int Pass(long now)
        {
            int hits = 0;
            for (int i = 1; i <= 100; i++)
            {
                IpAddressKey address = Address(i);
                ulong hash = table.Hash(address);
                table.HearData(address, hash, MacA, Port1, now);
                hits += table.TryFind(address, hash, now, out _) ? 1 : 0;
            }

            return hits;
        }
    }

    [Fact]
    public void Locate_GivesTheHashes()
    {
        var table = new NeighborTable(new NeighborOptions { HashSeed = 5 });
        IpAddressKey[] keys = [Address(1), Address(2)];
        var hashes = new ulong[2];
        table.Locate(keys, hashes);
        Assert.Equal([table.Hash(keys[0]), table.Hash(keys[1])], hashes);
    }
}
