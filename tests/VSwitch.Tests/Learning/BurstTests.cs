using VSwitch.Devices;
using VSwitch.Filtering;
using VSwitch.Forwarding;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Tests.Learning;

/// <summary>What is done for a burst at once is what would be done for one frame after the other.</summary>
public sealed class BurstTests
{
    private const int Capacity = 64;
    private const int Bursts = 2_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Learn_AndFind_AsOneByOne(int seed)
    {
        var random = new Random(seed);
        FilteringDatabase database = new(Capacity, hashSeed: (ulong)seed), reference = new(Capacity, hashSeed: (ulong)seed);
        foreach (FilteringDatabase each in new[] { database, reference })
        {
            each.TryAddStatic(Station(0), Port(0));
            each.SetLimit(Port(1), 20);
        }

        var learner = new Learner(database, FrameBatch.DefaultCapacity);
        SwitchModel model = new([.. Enumerable.Range(0, 4).Select(i => new ForwardingPort(Port(i), [], new TrafficCounters()))], _ => true, new TrafficCounters());
        var batch = new FrameBatch();
        var addresses = new FrameAddresses(FrameBatch.DefaultCapacity);
        var hashes = new ulong[FrameBatch.DefaultCapacity];
        var found = new PortId[FrameBatch.DefaultCapacity];
        for (uint now = 0; now < Bursts; now += (uint)random.Next(4) / 3)
        {
            batch.Clear();
            int wandering = random.Next(3) == 0 ? 4 : 1; // most stations stay where they are
            for (int i = random.Next(1, FrameBatch.DefaultCapacity); i > 0; i--)
            {
                int station = random.Next(4) == 0 ? 1 : random.Next(Capacity);
                batch.Append(60).Ingress = Port((station + random.Next(wandering)) % 4);
                batch[batch.Count - 1].Drop = random.Next(8) == 0 ? DropReason.Runt : DropReason.None;
                addresses.Sources[batch.Count - 1] = Station(station);
            }

            DropReason[] drops = [.. Enumerable.Range(0, batch.Count).Select(LearnReference)];
            learner.Learn(batch, addresses, model, new BurstTime(now * 1_000_000_000L));
            Assert.Equal(drops, Enumerable.Range(0, batch.Count).Select(i => batch[i].Drop));
            Assert.Equal((reference.Moves, reference.NotLearned, reference.Count), (database.Moves, database.NotLearned, database.Count));

            StationKey[] wanted = [.. Enumerable.Range(0, FrameBatch.DefaultCapacity).Select(_ => random.Next(8) == 0 ? Group() : Station(random.Next(2 * Capacity)))];
            database.Table.Locate(wanted, hashes);
            database.Table.Find(wanted, hashes, now, found);
            Assert.Equal(wanted.Select(w => w.IsGroup ? PortId.None : reference.Find(w, now)), found);

            DropReason LearnReference(int i) => batch[i].Drop != DropReason.None ? batch[i].Drop
                : reference.Learn(addresses.Sources[i], batch[i].Ingress, now) == VSwitch.Learning.LearnResult.StaticElsewhere ? DropReason.StaticSource
                : DropReason.None;
        }
    }

    private static PortId Port(int index) => new(index, 0);

    private static StationKey Station(int number) => new(VlanId.Default, new MacAddress(0x0200_0000_0000UL + (ulong)number));

    private static StationKey Group() => new(VlanId.Default, MacAddress.Broadcast);
}
