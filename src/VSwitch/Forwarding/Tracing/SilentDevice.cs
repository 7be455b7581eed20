using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Forwarding.Tracing;

/// <summary>Stands in for a device in a rehearsal: it takes what the device would take, and nothing comes of it.</summary>
internal sealed class SilentDevice(AttachedDevice device, int mtu) : IPacketDevice
{
    private readonly Channel<DeviceEvent> _events = Channel.CreateBounded<DeviceEvent>(1);

    public string Name => device.Device.Name;

    public LinkLayer LinkLayer => device.LinkLayer;

    public DeviceCapabilities Capabilities { get; } = new() { SendOffloads = device.SendOffloads };

    public int Mtu => mtu;

    public SafeHandle? Handle => null;

    public ChannelReader<DeviceEvent> Events => _events.Reader;

    public int TryReceive(FrameBatch batch) => 0;

    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => new(false);

    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which) => which.Length;

    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => new(true);

    public ValueTask DisposeAsync() => default;
}
