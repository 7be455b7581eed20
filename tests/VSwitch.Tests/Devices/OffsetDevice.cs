using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Tests.Devices;

/// <summary>Takes everything, and notes where each frame began in its slot.</summary>
internal sealed class OffsetDevice(int headroom, List<int> seen) : IPacketDevice
{
    public string Name => "offsets";

    public LinkLayer LinkLayer => LinkLayer.Ethernet;

    public DeviceCapabilities Capabilities { get; } = new() { SendHeadroom = headroom };

    public int Mtu => 1500;

    public SafeHandle? Handle => null;

    public ChannelReader<DeviceEvent> Events { get; } = Channel.CreateBounded<DeviceEvent>(1).Reader;

    public int TryReceive(FrameBatch batch) => 0;

    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => new(false);

    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        foreach (int i in which)
        {
            seen.Add(batch[i].Offset);
        }

        return which.Length;
    }

    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => new(true);

    public ValueTask DisposeAsync() => default;
}
