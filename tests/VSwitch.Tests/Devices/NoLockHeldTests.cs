using VSwitch.Devices;
using VSwitch.Devices.Joining;
using VSwitch.Devices.Relaying;
using VSwitch.Devices.Splitting;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

/// <summary>
/// No lock is held while a nested device is called: from inside any of its calls another thread attaches, detaches and closes, and the call waits for it.
/// </summary>
/// <remarks>Another thread, since a thread that has a lock may take it again. The device is awkward beside: short batches, hiccups, waits without cancellation.</remarks>
public sealed class NoLockHeldTests
{
    private readonly List<DeviceCall> _entered = [];

    [Theory]
    [InlineData(DeviceCall.Receive)]
    [InlineData(DeviceCall.WaitToReceive)]
    [InlineData(DeviceCall.Send)]
    [InlineData(DeviceCall.WaitToSend)]
    [InlineData(DeviceCall.Mtu)]
    [InlineData(DeviceCall.Dispose)]
    [Trait("Clause", "J6")]
    public async Task Joiner_CalledFromInsideADevice_Works(DeviceCall from)
    {
        await using var joiner = new Joiner(new JoinerOptions { LinkLayer = LinkLayer.Ethernet });
        (HookedDevice device, AwkwardDevice awkward) = Make(from, async () =>
        {
            HookedDevice other = new(new AwkwardDevice());
            joiner.AttachSecondary(other);
            Assert.Contains(other, joiner.Devices);
            Assert.True(joiner.Mtu > 0);
            Assert.True(await joiner.DetachAsync(other));
        });
        await joiner.AttachDefaultAsync(device).Within();
        awkward.Deliver(Numbered(1), Numbered(2), Numbered(3));
        for (int received = 0; received < 3;)
        {
            Assert.True(await joiner.WaitToReceiveAsync().Within());
            received += joiner.TryReceive().Count;
        }

        await SendAsync(joiner, awkward);
        Assert.Contains(device, joiner.Devices);
        await joiner.DetachAsync(device).Within();
        Assert.Contains(from, _entered);
    }

    [Theory]
    [InlineData(DeviceCall.Receive)]
    [InlineData(DeviceCall.WaitToReceive)]
    [InlineData(DeviceCall.Send)]
    [InlineData(DeviceCall.WaitToSend)]
    [Trait("Clause", "J6")]
    public async Task Joiner_ClosedFromInsideADevice_EndsAll(DeviceCall from)
    {
        await using var joiner = new Joiner(new JoinerOptions { LinkLayer = LinkLayer.Ethernet });
        (HookedDevice device, AwkwardDevice awkward) = Make(from, async () => await joiner.DisposeAsync());
        await joiner.AttachDefaultAsync(device).Within();
        awkward.Deliver(Numbered(1));
        Exception? ended = await Record.ExceptionAsync(async () =>
        {
            while (await joiner.WaitToReceiveAsync().Within())
            {
                joiner.TryReceive();
                await SendAsync(joiner, awkward);
            }
        });
        Assert.True(ended is null or JoinerClosedException, $"{ended}");
        Assert.True(awkward.IsClosed);
        Assert.Contains(from, _entered);
    }

    [Theory]
    [InlineData(DeviceCall.Receive)]
    [InlineData(DeviceCall.WaitToReceive)]
    [InlineData(DeviceCall.Send)]
    [InlineData(DeviceCall.WaitToSend)]
    [InlineData(DeviceCall.Mtu)]
    [InlineData(DeviceCall.Dispose)]
    [Trait("Clause", "S5")]
    public async Task Splitter_CalledFromInsideItsBackend_Works(DeviceCall from)
    {
        await using var splitter = new Splitter(new SplitterOptions { LinkLayer = LinkLayer.Ethernet });
        SplitFrontend frontend = splitter.Get(1);
        (HookedDevice device, AwkwardDevice awkward) = Make(from, async () =>
        {
            SplitFrontend other = splitter.Get(2);
            splitter.SetRouter(null);
            other.Down();
            Assert.True(other.Up());
            Assert.True(frontend.Mtu > 0);
            await other.DisposeAsync();
        });
        await splitter.AttachAsync(device).Within();
        awkward.Deliver(Numbered(1), Numbered(2), Numbered(3));
        Assert.Equal(3, (await frontend.ReceiveAsync(3)).Count);
        await SendAsync(frontend, awkward);
        await splitter.DetachAsync().Within();
        Assert.Contains(from, _entered);
    }

    [Theory]
    [InlineData(DeviceCall.Receive)]
    [InlineData(DeviceCall.WaitToReceive)]
    [InlineData(DeviceCall.Send)]
    [InlineData(DeviceCall.WaitToSend)]
    [Trait("Clause", "S5")]
    [Trait("Clause", "S7")]
    public async Task Splitter_ClosedFromInsideItsBackend_EndsAll(DeviceCall from)
    {
        await using var splitter = new Splitter(new SplitterOptions { LinkLayer = LinkLayer.Ethernet });
        SplitFrontend frontend = splitter.Get(1);
        (HookedDevice device, AwkwardDevice awkward) = Make(from, async () => await splitter.DisposeAsync());
        await splitter.AttachAsync(device).Within();
        awkward.Deliver(Numbered(1));
        Exception? ended = await Record.ExceptionAsync(async () =>
        {
            if (await frontend.WaitToReceiveAsync().Within())
            {
                await SendAsync(frontend, awkward);
            }
        });
        Assert.True(ended is null or SplitterClosedException or FrontendClosedException, $"{ended}");
        Assert.Contains(from, _entered);
        await Until(() => awkward.IsClosed, "the backend is closed");
    }

    [Theory]
    [InlineData(DeviceCall.Receive)]
    [InlineData(DeviceCall.WaitToReceive)]
    [InlineData(DeviceCall.Send)]
    [InlineData(DeviceCall.WaitToSend)]
    [InlineData(DeviceCall.Dispose)]
    [Trait("Clause", "F1")]
    public async Task Forwarder_SwappedFromInsideADevice_GoesOn(DeviceCall from)
    {
        await using var forwarder = new Forwarder();
        (PipeDevice near, PipeDevice far) = DevicePipe.Create();
        (PipeDevice source, PipeDevice station) = DevicePipe.Create();
        bool isSource = from is DeviceCall.Receive or DeviceCall.WaitToReceive or DeviceCall.Dispose;
        (HookedDevice device, AwkwardDevice awkward) = Make(from, async () => await (isSource ? forwarder.SetReceiverAsync(source) : forwarder.SetSenderAsync(near)));
        await forwarder.SetReceiverAsync(isSource ? device : source).AsTask().Within();
        await forwarder.SetSenderAsync(isSource ? near : device).AsTask().Within();
        awkward.IsFull = from == DeviceCall.WaitToSend;
        awkward.Deliver(Numbered(1));
        station.TrySend(Numbered(2));
        if (from == DeviceCall.Dispose)
        {
            await forwarder.SetReceiverAsync(null).AsTask().Within();
        }

        await Until(() => _entered.Count > 0 && awkward.IsClosed, "the device was swapped from inside, and closed");
        station.TrySend(Numbered(3));
        List<byte[]> frames = [];
        while (frames.Count == 0 || NumberOf(frames[^1]) != 3)
        {
            frames.AddRange(await far.ReceiveAsync(1));
        }

        await forwarder.StopAsync().Within();
        Assert.Equal(forwarder.Counters.ReceivedFrames, forwarder.Counters.SentFrames + forwarder.Counters.TotalDrops());
    }

    /// <summary>A stop from inside a call can't be waited for there, since it waits for the call; behind it, it can.</summary>
    [Theory]
    [InlineData(DeviceCall.Receive)]
    [InlineData(DeviceCall.Send)]
    [InlineData(DeviceCall.WaitToReceive)]
    [Trait("Clause", "F3")]
    public async Task Forwarder_StoppedFromInsideADevice_Ends(DeviceCall from)
    {
        var forwarder = new Forwarder();
        var stopped = new TaskCompletionSource();
        (HookedDevice device, AwkwardDevice awkward) = Make(from, () =>
        {
            _ = forwarder.StopAsync().ContinueWith(_ => stopped.SetResult(), TaskScheduler.Default);
            return Task.CompletedTask;
        });
        await forwarder.SetReceiverAsync(device);
        await forwarder.SetSenderAsync(from == DeviceCall.Send ? new DetachedDevice(device) : DevicePipe.Create().A);
        awkward.Deliver(Numbered(1));
        await stopped.Task.Within();
        Assert.True(awkward.IsClosed);
    }

    /// <summary>A device in whose first call of a kind something is done on another thread, and waited for.</summary>
    private (HookedDevice Device, AwkwardDevice Awkward) Make(DeviceCall from, Func<Task> action)
    {
        var awkward = new AwkwardDevice { HiccupEvery = 3, IgnoresTokens = true };
        var device = new HookedDevice(awkward);
        device.OnCall = call =>
        {
            lock (_entered)
            {
                if (call != from || _entered.Count > 0)
                {
                    return;
                }

                _entered.Add(call);
            }

            Task.Run(action).Within().GetAwaiter().GetResult();
        };
        return (device, awkward);
    }

    /// <summary>Sends until the device has taken a frame, after having been full.</summary>
    private static async Task SendAsync(IPacketDevice to, AwkwardDevice awkward)
    {
        awkward.IsFull = true;
        to.TrySend(Numbered(7));
        Task<bool> room = to.WaitToSendAsync().Within();
        awkward.IsFull = false;
        await room;
        await Until(() => awkward.IsClosed || awkward.SentCount > 0 || to.TrySend(Numbered(8)) > 0, "a frame is taken");
    }
}
