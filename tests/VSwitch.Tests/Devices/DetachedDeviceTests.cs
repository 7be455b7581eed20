using VSwitch.Devices;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

public sealed class DetachedDeviceTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Clause", "D1")]
    public async Task DownUpClose_TouchNothingBelow()
    {
        var inner = new AwkwardDevice();
        var wrapper = new DetachedDevice(inner);
        wrapper.Down();
        wrapper.Up();
        await wrapper.DisposeAsync();
        await wrapper.DisposeAsync();

        Assert.False(inner.IsClosed);
        Assert.False(inner.Events.TryRead(out _));
        Assert.Equal(1, inner.TrySend(Numbered(1)));
    }

    [Fact]
    [Trait("Clause", "D2")]
    public async Task PendingWaits_EndWithDownOrClosed()
    {
        var inner = new AwkwardDevice { IsFull = true };
        var wrapper = new DetachedDevice(inner);
        Task<bool> receiving = wrapper.WaitToReceiveAsync(Stop).AsTask();
        Task<bool> sending = wrapper.WaitToSendAsync(Stop).AsTask();
        wrapper.Down();
        await Assert.ThrowsAsync<DeviceDownException>(() => receiving.Within());
        await Assert.ThrowsAsync<DeviceDownException>(() => sending.Within());
        await Assert.ThrowsAsync<DeviceDownException>(() => wrapper.WaitToReceiveAsync(Stop).Within());
        Assert.Throws<DeviceDownException>(() => wrapper.TryReceive());
        Assert.Throws<DeviceDownException>(() => wrapper.TrySend(Numbered(1)));

        wrapper.Up();
        receiving = wrapper.WaitToReceiveAsync(Stop).AsTask();
        sending = wrapper.WaitToSendAsync(Stop).AsTask();
        await wrapper.DisposeAsync();
        Assert.False(await receiving.Within());
        Assert.False(await sending.Within());
        Assert.Throws<DeviceClosedException>(() => wrapper.TryReceive());
        Assert.Throws<DeviceClosedException>(() => wrapper.TrySend(Numbered(1)));
        Assert.IsType<ObjectDisposedException>(new DeviceDownException("x"), exactMatch: false);
        Assert.IsNotType<DeviceClosedException>(new DeviceDownException("x"), exactMatch: false);
        await Until(() => inner.WaitsNow == 0, "the waits inside are let go");
    }

    [Fact]
    [Trait("Clause", "D2")]
    public async Task PendingWait_Cancelled_EndsAlone()
    {
        var inner = new AwkwardDevice { NeverLetsGo = true };
        var wrapper = new DetachedDevice(inner);
        using var stop = new CancellationTokenSource();
        Task<bool> cancelled = wrapper.WaitToReceiveAsync(stop.Token).AsTask();
        Task<bool> other = wrapper.WaitToReceiveAsync(Stop).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Within());
        Assert.False(other.IsCompleted);
        inner.Deliver(Numbered(1));
        Assert.True(await other.Within());
    }

    [Fact]
    [Trait("Clause", "D3")]
    public async Task Batch_IsNotTouchedAfterTheCall()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        var wrapper = new DetachedDevice(a);
        FrameBatch batch = BatchOf(Numbered(1));
        Assert.Equal(1, wrapper.TrySend(batch, [0]));
        batch.Octets(0).Clear();
        Assert.Equal(Numbered(1), Assert.Single(b.TryReceive()));

        var empty = new FrameBatch(4);
        Assert.Equal(0, wrapper.TryReceive(empty));
        Task<bool> waiting = wrapper.WaitToReceiveAsync(Stop).AsTask();
        wrapper.Down();
        await Assert.ThrowsAsync<DeviceDownException>(() => waiting.Within());
        b.TrySend(Numbered(2));
        Assert.Throws<DeviceDownException>(() => wrapper.TryReceive(empty));
        Assert.Equal(0, empty.Count);
        wrapper.Up();
        Assert.Equal(1, wrapper.TryReceive(empty)); // and the frame that came meanwhile is not lost
        Assert.Equal(Numbered(2), empty.Octets(0).ToArray());
    }

    [Fact]
    [Trait("Clause", "D4")]
    [Trait("Clause", "T7")]
    public async Task Up_AfterDownWorks_AfterCloseDoesNot()
    {
        var inner = new AwkwardDevice();
        var wrapper = new DetachedDevice(inner);
        Assert.True(wrapper.IsUp);
        wrapper.Down();
        wrapper.Down();
        Assert.False(wrapper.IsUp);
        Task<bool> up = wrapper.WaitUntilUpAsync(Stop).AsTask();
        Assert.False(up.IsCompleted);
        wrapper.Up();
        wrapper.Up();
        Assert.True(await up.Within());
        Assert.True(wrapper.IsUp);
        inner.Deliver(Numbered(1));
        Assert.True(await wrapper.WaitToReceiveAsync(Stop).Within());
        Assert.Single(wrapper.TryReceive());
        Assert.Equal(1, wrapper.TrySend(Numbered(2)));

        await wrapper.DisposeAsync();
        Assert.False(wrapper.IsUp);
        Assert.Throws<DeviceClosedException>(wrapper.Up);
        Assert.Throws<DeviceClosedException>(wrapper.Down);
        Assert.False(await wrapper.WaitUntilUpAsync(Stop).Within());
        Assert.False(wrapper.IsUp);
        Assert.Throws<DeviceClosedException>(() => new DetachedDevice(wrapper));
    }

    [Fact]
    [Trait("Clause", "D5")]
    [Trait("Clause", "T9")]
    public void AllElse_IsTheWrappedDevices_ButNotNative()
    {
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle();
        var capabilities = new DeviceCapabilities { BatchSize = 17, ReceiveHeadroom = 3, SendHeadroom = 5, SendOffloads = OffloadKinds.Tso4, IsNative = true };
        var inner = new AwkwardDevice(linkLayer: LinkLayer.Ip) { Capabilities = capabilities, Handle = handle };
        var wrapper = new DetachedDevice(new DetachedDevice(inner));
        inner.Name = "renamed";
        inner.Mtu = 1280;

        Assert.Equal(capabilities with { IsNative = false }, wrapper.Capabilities);
        Assert.Equal(("renamed", 1280, LinkLayer.Ip), (wrapper.Name, wrapper.Mtu, wrapper.LinkLayer));
        Assert.Same(handle, wrapper.Handle);
        Assert.Same(inner.Events, wrapper.Events);
        wrapper.Down();
        Assert.Equal(1280, wrapper.Mtu);
    }

    [Fact]
    [Trait("Clause", "D6")]
    public async Task Nested_ShareOneWaitInside()
    {
        var inner = new AwkwardDevice { NeverLetsGo = true };
        var one = new DetachedDevice(inner);
        var two = new DetachedDevice(one);
        var three = new DetachedDevice(two);
        Task<bool>[] waits = [.. new[] { one, two, three }.Select(w => w.WaitToReceiveAsync(Stop).AsTask())];
        Assert.Equal(1, inner.Waits);
        Assert.All([one, two, three], w => Assert.Same(one.Stack, w.Stack)); // no layer waits for, or goes through, the one below
        Assert.Same(inner, three.Stack.Device);
        inner.Deliver(Numbered(1));
        Assert.All(await Task.WhenAll(waits).Within(), Assert.True);
        Assert.Single(three.TryReceive());
    }

    [Fact]
    [Trait("Clause", "D6")]
    public async Task Nested_StatesAreIndependent()
    {
        var inner = new AwkwardDevice();
        var below = new DetachedDevice(inner);
        var above = new DetachedDevice(below);
        above.Down();
        Assert.True(below.IsUp);
        Assert.Equal(1, below.TrySend(Numbered(1)));
        above.Up();

        Task<bool> waiting = above.WaitToReceiveAsync(Stop).AsTask();
        below.Down();
        Assert.True(above.IsUp);
        await Assert.ThrowsAsync<DeviceDownException>(() => waiting.Within()); // nothing passes a wrapper that is down
        below.Up();
        Assert.Equal(1, above.TrySend(Numbered(2)));

        await above.DisposeAsync();
        Assert.True(below.IsUp);
        Assert.Equal(1, below.TrySend(Numbered(3)));
        await below.DisposeAsync();
        Assert.False(inner.IsClosed);
    }

    [Fact]
    [Trait("Clause", "D7")]
    public async Task WaitThatNobodyCanCancel_HoldsNobody_AndIsUsedOn()
    {
        var inner = new AwkwardDevice { NeverLetsGo = true };
        var wrapper = new DetachedDevice(inner);
        Task<bool> waiting = wrapper.WaitToReceiveAsync(Stop).AsTask();
        wrapper.Down();
        await Assert.ThrowsAsync<DeviceDownException>(() => waiting.Within());
        Assert.Equal(1, inner.WaitsNow);

        wrapper.Up();
        waiting = wrapper.WaitToReceiveAsync(Stop).AsTask();
        Assert.Equal(1, inner.Waits); // the old one serves
        inner.Deliver(Numbered(1));
        Assert.True(await waiting.Within());
        Assert.Single(wrapper.TryReceive());

        waiting = wrapper.WaitToReceiveAsync(Stop).AsTask();
        await wrapper.DisposeAsync().Within();
        Assert.False(await waiting.Within());
    }

    [Fact]
    [Trait("Clause", "T8")]
    public async Task WrappedDeviceCloses_WaitsEndWithFalse()
    {
        (PipeDevice a, PipeDevice b) = DevicePipe.Create();
        var wrapper = new DetachedDevice(a);
        Task<bool> waiting = wrapper.WaitToReceiveAsync(Stop).AsTask();
        await b.DisposeAsync();
        Assert.False(await waiting.Within());
        Assert.Throws<ReceiveOnClosedException>(() => wrapper.TryReceive());
        Assert.False(await wrapper.WaitToReceiveAsync(Stop).Within());
    }

    [Fact]
    public void IdleWrapper_HoldsLessThan4Kilobytes()
    {
        (PipeDevice a, _) = DevicePipe.Create();
        _ = new DetachedDevice(a);
        var wrappers = new DetachedDevice[1000];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < wrappers.Length; i++)
        {
            wrappers[i] = new DetachedDevice(a);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / wrappers.Length, 1, 4096);
        GC.KeepAlive(wrappers);
    }
}
