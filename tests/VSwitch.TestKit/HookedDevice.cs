using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.TestKit;

/// <summary>Somebody else's wrapper: counts what it is asked for, and does something of its own first.</summary>
public sealed class HookedDevice(IPacketDevice device) : IPacketDevice
{
    private readonly int[] _calls = new int[Enum.GetValues<DeviceCall>().Length];

    /// <summary>Runs in each call, before anything else.</summary>
    public Action<DeviceCall>? OnCall { get; set; }

    public string Name => device.Name;

    public LinkLayer LinkLayer => device.LinkLayer;

    public DeviceCapabilities Capabilities => device.Capabilities with { IsNative = false };

    public int Mtu => Called(DeviceCall.Mtu).Mtu;

    public SafeHandle? Handle => null;

    public ChannelReader<DeviceEvent> Events => device.Events;

    /// <summary>How often it was asked.</summary>
    public int Calls(DeviceCall call) => Volatile.Read(ref _calls[(int)call]);

    public int TryReceive(FrameBatch batch) => Called(DeviceCall.Receive).TryReceive(batch);

    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => Called(DeviceCall.WaitToReceive).WaitToReceiveAsync(cancellationToken);

    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which) => Called(DeviceCall.Send).TrySend(batch, which);

    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => Called(DeviceCall.WaitToSend).WaitToSendAsync(cancellationToken);

    public ValueTask DisposeAsync() => Called(DeviceCall.Dispose).DisposeAsync();

    private IPacketDevice Called(DeviceCall call)
    {
        Interlocked.Increment(ref _calls[(int)call]);
        OnCall?.Invoke(call);
        return device;
    }
}
