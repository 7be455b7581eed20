using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.IpPacket;

namespace VSwitch.Tests.Devices.Joining;

/// <summary>Many devices, much traffic, no garbage.</summary>
public sealed class JoinerScaleTests
{
    private const int ManyDevices = 1000;
    private const string Remote = "192.0.2.9";

    [Fact]
    [Trait("Clause", "J11")]
    public async Task ThousandDevices_AllAreHeardAndReached()
    {
        await using var net = new JoinerNet(devices: ManyDevices);
        for (int i = 0; i < ManyDevices; i++)
        {
            net.Devices[i].Far.Send(Udp(Address(i), Remote));
        }

        await net.Receive(ManyDevices);
        Assert.Equal(ManyDevices, net.Joiner.LearnedAddresses);
        for (int i = 0; i < ManyDevices; i += 50)
        {
            Assert.Equal(50, net.Send([.. Enumerable.Range(i, 50).Select(to => Udp(Remote, Address(to)))]));
        }

        Assert.All(net.Devices, d => Assert.Single(d.Far.Receive()));
        await net.Joiner.DisposeAsync();
        Assert.All(net.Devices, d => Assert.True(d.IsClosed));
    }

    [Fact]
    [Trait("Clause", "J11")]
    public async Task NestedDevice_Idle_CostsLessThan4Kilobytes()
    {
        const int Devices = 16;
        await using var net = new JoinerNet(devices: 1);
        TestDevice[] devices = [.. Enumerable.Range(0, Devices).Select(_ => net.Make())];
        long before = GC.GetAllocatedBytesForCurrentThread();
        foreach (TestDevice device in devices)
        {
            net.Joiner.AttachSecondary(device);
        }

        // All that was allocated on the way, garbage included: what stays is less.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Devices, 1, 4096);
    }

    /// <summary>Idle is idle: nothing runs between the attaching of devices and the first packet.</summary>
    [Fact]
    [Trait("Clause", "J11")]
    public async Task ThousandDevices_Idle_NoWorkIsDone()
    {
        await using var net = new JoinerNet(devices: ManyDevices);
        Task<bool> wait = net.Joiner.WaitToReceiveAsync().AsTask();
        long before = ThreadPool.PendingWorkItemCount;
        Assert.False(wait.IsCompleted);
        Assert.Equal(0, net.Joiner.TryReceive(new FrameBatch(1)));
        Assert.InRange(ThreadPool.PendingWorkItemCount, 0, before + 16); // other tests' work, not a thousand of ours
        net.Devices[999].Far.Send(Udp(Address(1), Remote));
        Assert.True(await wait.Soon());
    }

    [Fact]
    [Trait("Clause", "J3")]
    public async Task SendAndReceive_Steady_AllocateNothing()
    {
        await using var net = new JoinerNet(devices: 8);
        for (int i = 0; i < 8; i++)
        {
            await net.Hear(i, Address(i), Remote);
        }

        var toJoiner = new FrameBatch(64);
        var far = new FrameBatch(64);
        int[] all = [.. Enumerable.Range(0, 64)];
        for (int i = 0; i < 64; i++)
        {
            toJoiner.TryAppend(Udp(Remote, Address(i % 8)));
        }

        var fromDevices = new FrameBatch(64);
        var received = new FrameBatch(1);
        fromDevices.TryAppend(Udp(Address(3), Remote));
        long allocated = 0;
        int taken = 0;
        for (int round = 0; round < 200; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            taken += net.Joiner.TrySend(toJoiner, all);
            foreach (TestDevice device in net.Devices)
            {
                far.Clear();
                device.Far.Device.TryReceive(far);
            }

            allocated = round < 100 ? 0 : allocated + GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal((0, 200 * 64), (allocated, taken));

        // A device that never runs dry: there is always another packet behind the one that is received.
        for (int i = 0; i < 4; i++)
        {
            net.Devices[3].Far.Device.TrySend(fromDevices, all.AsSpan(0, 1));
        }

        await Waiting.Until(() => net.Joiner.TryReceive(received) == 1, "the device is in the round");
        long receivedFrames = net.Joiner.Counters.ReceivedFrames;
        for (int round = 0; round < 200; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            net.Devices[3].Far.Device.TrySend(fromDevices, all.AsSpan(0, 1));
            received.Clear();
            net.Joiner.TryReceive(received);
            allocated = round < 100 ? 0 : allocated + GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(receivedFrames + 200, net.Joiner.Counters.ReceivedFrames);
    }

    /// <summary>Senders on several threads at once, each to its own device and to all: every packet arrives or is counted.</summary>
    [Fact]
    [Trait("Clause", "J3")]
    public async Task ConcurrentSenders_EveryPacketIsAccountedFor()
    {
        const int Senders = 4;
        const int Bursts = 300;
        await using var net = new JoinerNet(devices: Senders);
        for (int i = 0; i < Senders; i++)
        {
            await net.Hear(i, Address(i), Remote);
        }

        long offered = 0;
        long arrived = 0;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            var batch = new FrameBatch(16);
            var far = new FrameBatch(64);
            for (int i = 0; i < 16; i++)
            {
                batch.TryAppend(Udp(Remote, Address(i % 2 == 0 ? sender : i % Senders)));
            }

            for (int burst = 0; burst < Bursts; burst++)
            {
                Interlocked.Add(ref offered, net.Joiner.TrySend(batch, [.. Enumerable.Range(0, 16)]));
                far.Clear();
                Interlocked.Add(ref arrived, net.Devices[sender].Far.Device.TryReceive(far));
            }
        }))).Soon();
        arrived += net.Devices.Sum(d => d.Far.Receive().Count);
        Assert.Equal(offered, net.Joiner.Counters.SentFrames + net.Joiner.Counters.TotalDrops());
        Assert.Equal(arrived, net.Joiner.Counters.SentFrames);
    }

    /// <summary>No lock of the joiner is held while a nested device is called: from inside a send, everything else of the joiner works on other threads.</summary>
    [Fact]
    [Trait("Clause", "J6")]
    public async Task NestedDeviceThatBlocksInASend_BlocksNobodyElse()
    {
        await using var net = new JoinerNet(devices: 2);
        await net.Hear(1, Address(1), Remote);
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        net.Devices[1].OnSend = () =>
        {
            entered.Release();
            release.Wait();
        };
        Task<int> stuck = Task.Run(() =>
        {
            var batch = new FrameBatch(1);
            batch.TryAppend(Udp(Remote, Address(1)));
            return net.Joiner.TrySend(batch, [0]);
        });
        await entered.WaitAsync().Soon();
        Assert.Equal(1, await Task.Run(() => net.Send(Udp(Remote, Address(7)))).Soon());
        TestDevice late = net.Make();
        await Task.Run(() => net.Joiner.AttachSecondary(late)).Soon();
        late.Far.Send(Udp(Address(9), Remote));
        await net.Receive(1).Soon();
        await net.Joiner.DetachDefaultAsync().Soon();
        release.Release();
        Assert.Equal(1, await stuck.Soon());
    }

    private static string Address(int device) => $"10.2.{device / 250}.{(device % 250) + 1}";
}
