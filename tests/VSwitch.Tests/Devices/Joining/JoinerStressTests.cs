using System.Buffers.Binary;
using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.IpPacket;

namespace VSwitch.Tests.Devices.Joining;

/// <summary>Devices come, go, fail and are replaced while packets flow both ways.</summary>
public sealed class JoinerStressTests
{
    private const int Operations = 400;
    private const string Remote = "192.0.2.9";

    [Theory]
    [Trait("Clause", "J6")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomAttachDetachFail_NothingIsLostOrMisled(int seed)
    {
        var random = new Random(seed);
        await using var net = new JoinerNet(devices: 4);
        var attached = new List<TestDevice>(net.Devices);
        using var done = new CancellationTokenSource();
        long received = 0;
        long taken = 0;
        Task receiver = Task.Run(() => ReceiveAll(net, n => received += n));
        Task sender = Task.Run(() => SendAll(net, n => taken += n, done.Token));
        for (int i = 0; i < Operations; i++)
        {
            int at = random.Next(attached.Count);
            switch (random.Next(attached.Count < 3 ? 2 : 6))
            {
                case 0:
                    attached.Add(net.Make());
                    net.Joiner.AttachSecondary(attached[^1]);
                    break;
                case 1:
                    TestDevice @default = net.Make();
                    attached.Add(@default);
                    await net.Joiner.AttachDefaultAsync(@default).Soon();
                    attached.RemoveAll(d => d.IsClosed);
                    break;
                case 2:
                    Assert.True(await net.Joiner.DetachAsync(attached[at]).Soon());
                    Assert.True(attached[at].IsClosed);
                    attached.RemoveAt(at);
                    break;
                case 3:
                    TestDevice closed = attached[at];
                    attached.RemoveAt(at);
                    await closed.DisposeAsync().Soon();
                    await Waiting.Until(() => !net.Joiner.Devices.Contains(closed), "a closed device is detached");
                    break;
                case 4:
                    attached[at].Say(random.Next(2) == 0 ? DeviceEvent.Down : DeviceEvent.Up);
                    break;
                default:
                    attached[at].Mtu = random.Next(1000, 9000);
                    break;
            }

            for (int k = 0; k < attached.Count; k++)
            {
                TrySay(attached[k], Udp($"10.3.0.{(k % 8) + 1}", Remote));
                TryHear(attached[k]);
            }
        }

        await done.CancelAsync();
        await sender.Soon();
        Assert.Equal(attached.Count, net.Joiner.Devices.Count);
        TrafficCounters counters = net.Joiner.Counters;
        Assert.Equal(taken, counters.SentFrames + counters.TotalDrops());
        await net.Joiner.DisposeAsync();
        await receiver.Soon();
        Assert.Equal(received, counters.ReceivedFrames);
        Assert.True(received > 0 && taken > 0);
        Assert.All(attached, d => Assert.True(d.IsClosed));
    }

    private static async Task ReceiveAll(JoinerNet net, Action<int> count)
    {
        var batch = new FrameBatch();
        while (await net.Joiner.WaitToReceiveAsync())
        {
            batch.Clear();
            try
            {
                net.Joiner.TryReceive(batch);
            }
            catch (ObjectDisposedException)
            {
            }

            count(batch.Count);
        }
    }

    private static void SendAll(JoinerNet net, Action<int> count, CancellationToken done)
    {
        var batch = new FrameBatch(16);
        int[] all = [.. Enumerable.Range(0, 16)];
        for (int i = 0; i < 16; i++)
        {
            batch.TryAppend(Udp(Remote, $"10.3.0.{(i % 10) + 1}"));
        }

        while (!done.IsCancellationRequested)
        {
            count(net.Joiner.TrySend(batch, all));
        }
    }

    private static void TrySay(TestDevice device, byte[] packet)
    {
        try
        {
            device.Far.Send(packet);
        }
        catch (Exception error) when (error is ObjectDisposedException or InvalidOperationException)
        {
            // closed by the joiner, or full
        }
    }

    private static void TryHear(TestDevice device)
    {
        try
        {
            foreach (byte[] packet in device.Far.Receive())
            {
                Assert.Equal(0xC000_0209u, BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(12))); // whole, and from the remote
            }
        }
        catch (ObjectDisposedException)
        {
        }
    }
}
