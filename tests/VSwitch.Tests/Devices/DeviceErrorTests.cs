using VSwitch.Devices;

namespace VSwitch.Tests.Devices;

public sealed class DeviceErrorTests
{
    [Fact]
    [Trait("Clause", "E1")]
    public void IsTerminal_NullTemporaryOrCapacity_IsFalse()
    {
        Assert.False(DeviceError.IsTerminal(null));
        Assert.False(DeviceError.IsTerminal(new TemporaryDeviceException("no buffers")));
        Assert.False(DeviceError.IsTerminal(new BatchTooSmallException(needed: 8)));
        Assert.False(DeviceError.IsTerminal(new AggregateException(new BatchTooSmallException(), new TemporaryDeviceException("x"))));
    }

    [Fact]
    [Trait("Clause", "E1")]
    public void IsTerminal_AllElseClosedIncluded_IsTrue()
    {
        Assert.True(DeviceError.IsTerminal(new ObjectDisposedException("tap0")));
        Assert.True(DeviceError.IsTerminal(new ReceiveOnClosedException("pipe")));
        Assert.True(DeviceError.IsTerminal(new SendOnClosedException("pipe")));
        Assert.True(DeviceError.IsTerminal(new DeviceClosedException("wrapper")));
        Assert.True(DeviceError.IsTerminal(new DeviceDownException("wrapper")));
        Assert.True(DeviceError.IsTerminal(new IOException("gone")));
        Assert.True(DeviceError.IsTerminal(new OperationCanceledException()));
        Assert.True(DeviceError.IsTerminal(new AggregateException()));
        Assert.True(DeviceError.IsTerminal(new AggregateException(new TemporaryDeviceException("x"), new IOException())));
    }
}
