using VSwitch.Devices.Wrapping;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.DeviceSteps;

namespace VSwitch.Tests.Devices;

public sealed class CallbackDeviceTests
{
    [Fact]
    [Trait("Clause", "K1")]
    public void Callbacks_AfterEachCall_GetCountAndError_AndResultsPass()
    {
        var inner = new AwkwardDevice { AtATime = 2 };
        var calls = new List<(string, int, Exception?)>();
        var device = new CallbackDevice(inner) { OnReceive = (n, e) => calls.Add(("receive", n, e)), OnSend = (n, e) => calls.Add(("send", n, e)) };
        Assert.Empty(device.TryReceive());
        inner.Deliver(Numbered(1), Numbered(2));
        Assert.Equal(2, device.TryReceive().Count);
        Assert.Equal(2, device.TrySend(Numbered(1), Numbered(2), Numbered(3)));
        var broken = new IOException("broken");
        inner.FailReceive(broken);
        inner.FailSend(broken);
        Assert.Same(broken, Assert.Throws<IOException>(() => device.TryReceive()));
        Assert.Same(broken, Assert.Throws<IOException>(() => device.TrySend(Numbered(1))));

        Assert.Equal([("receive", 0, null), ("receive", 2, null), ("send", 2, null), ("receive", 0, broken), ("send", 0, broken)], calls);
    }

    [Fact]
    [Trait("Clause", "K1")]
    [Trait("Clause", "T9")]
    public void IsNative_OnlyWithoutCallbacks()
    {
        var device = new CallbackDevice(new AwkwardDevice());
        Assert.True(device.Capabilities.IsNative);
        device.OnReceive = (_, _) => { };
        Assert.False(device.Capabilities.IsNative);
        device.OnReceive = null;
        device.OnSend = (_, _) => { };
        Assert.False(device.Capabilities.IsNative);
        Assert.Equal(4, device.Capabilities.BatchSize);
    }

    [Fact]
    [Trait("Clause", "K1")]
    [Trait("Clause", "T5")]
    public async Task AllElse_IsTheWrappedDevices()
    {
        var inner = new AwkwardDevice();
        var device = new CallbackDevice(inner);
        inner.Name = "renamed";
        inner.Mtu = 9000;
        Assert.Equal(("renamed", 9000), (device.Name, device.Mtu));
        Assert.Same(inner.Events, device.Events);
        inner.Deliver(Numbered(1));
        Assert.True(await device.WaitToReceiveAsync(TestContext.Current.CancellationToken).Within());
        Assert.True(await device.WaitToSendAsync(TestContext.Current.CancellationToken).Within());
        inner.Refusal = DropReason.Oversize;
        FrameBatch batch = BatchOf(Numbered(1));
        Assert.Equal(0, device.TrySend(batch, [0]));
        Assert.Equal(DropReason.Oversize, batch.Refusal);
        await device.DisposeAsync();
        Assert.True(inner.IsClosed);
    }
}
