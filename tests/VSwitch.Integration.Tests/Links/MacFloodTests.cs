using System.Buffers.Binary;
using VSwitch.Devices;
using VSwitch.Filtering;
using VSwitch.Frames;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Links;

/// <summary>C pretends to be ever new stations while A and B talk.</summary>
[Collection(Collections.Heavy)]
public class MacFloodTests
{
    private const int InMemory = 1_000_000;
    private const int ByTap = 30_000;

    [Fact]
    [Trait("Fault", "21")]
    public async Task RandomSources_AMillionInMemory_TalkersStayKnown()
    {
        await using SwitchLab lab = new();
        (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair("c", offloads: OffloadKinds.All);
        lab.Host.AddPort(inside, "c");
        SwitchPort c = lab.Switch.FindPort("c")!;
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        await flow.Progress();

        Task<int> leaks = Task.Run(() => CountLeaks(lab, outside));
        await Pour(lab, outside);
        await Bounded.Until(() => c.Counters.ReceivedFrames >= InMemory, "all of them came in");
        AssertTalkersAreKnown(lab);
        await flow.Progress();
        await flow.Stop();
        Assert.True(lab.Switch.FilteringDatabase.Count <= FilteringDatabase.DefaultCapacity);
        Assert.True(lab.Switch.FilteringDatabase.NotLearned + lab.Switch.FilteringDatabase.Displaced > 0, "the database was full");
        await lab.Host.RemovePortAsync("c");
        Assert.Equal(0, await Bounded.Within(leaks));
    }

    [Fact]
    [Trait("Fault", "21")]
    public async Task RandomSources_ThroughRealTap_TalkersStayKnown()
    {
        await using SwitchLab lab = new(3, options: new SwitchOptions { FilteringDatabaseSize = 1024 });
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        await flow.Progress();
        using PacketSocket c = lab[2].Packets();
        byte[] frame = new FrameBuilder().To(lab[0].Mac).Build();
        Random random = new(21);
        for (int i = 0; i < ByTap; i++)
        {
            RandomSource(frame, random);
            c.Send(frame);
        }

        await Bounded.Until(() => lab.Switch.FilteringDatabase.NotLearned + lab.Switch.FilteringDatabase.Displaced > 0, "the database is full");
        AssertTalkersAreKnown(lab);
        await flow.Progress();
        await flow.Stop();
        Assert.True(lab.Switch.FilteringDatabase.Count <= 1024);
        for (byte[]? seen = c.TryReceive(0); seen is not null; seen = c.TryReceive(0))
        {
            Assert.False(IsBetweenTalkers(lab, seen), "a frame between A and B came to C");
        }
    }

    private static void AssertTalkersAreKnown(SwitchLab lab)
    {
        IReadOnlyList<FilteringEntry> stations = lab.Switch.GetStations();
        for (int i = 0; i < 2; i++)
        {
            Assert.Contains(stations, s => s.Mac == lab[i].Mac && s.Port == lab.Port(i).Id);
        }
    }

    private static async Task Pour(SwitchLab lab, PipeDevice outside)
    {
        byte[] frame = new FrameBuilder().To(lab[0].Mac).Build();
        Random random = new(21);
        FrameBatch batch = new();
        int[] all = [.. Enumerable.Range(0, batch.Capacity)];
        for (int sent = 0; sent < InMemory;)
        {
            batch.Clear();
            while (batch.Free > 0)
            {
                RandomSource(frame, random);
                batch.TryAppend(frame);
            }

            int taken = 0;
            while (taken < batch.Count)
            {
                taken += outside.TrySend(batch, all.AsSpan(taken));
                if (taken < batch.Count)
                {
                    await Bounded.Within(outside.WaitToSendAsync(TestContext.Current.CancellationToken).AsTask());
                }
            }

            sent += taken;
        }
    }

    // Until the pipe is closed.
    private static async Task<int> CountLeaks(SwitchLab lab, PipeDevice outside)
    {
        FrameBatch batch = new();
        int leaks = 0;
        try
        {
            while (await outside.WaitToReceiveAsync())
            {
                batch.Clear();
                outside.TryReceive(batch);
                for (int i = 0; i < batch.Count; i++)
                {
                    leaks += IsBetweenTalkers(lab, batch.Octets(i)) ? 1 : 0;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // Closed between the two calls.
        }

        return leaks;
    }

    private static bool IsBetweenTalkers(SwitchLab lab, ReadOnlySpan<byte> frame) =>
        EthernetHeader.TryRead(frame, out EthernetHeader header)
        && ((header.Source == lab[0].Mac && header.Destination == lab[1].Mac) || (header.Source == lab[1].Mac && header.Destination == lab[0].Mac));

    private static void RandomSource(byte[] frame, Random random)
    {
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(8), (uint)random.NextInt64());
        frame[6] = 0x06; // locally administered, individual
        frame[7] = (byte)random.Next();
    }
}
