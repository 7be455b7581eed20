using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Benchmarks.Capturing;

/// <summary>Has always 64 frames, and takes all.</summary>
internal sealed class EndlessDevice(string name, byte[] frame) : IPacketDevice
{
    private readonly Channel<DeviceEvent> _events = Channel.CreateUnbounded<DeviceEvent>();

    public string Name => name;

    public LinkLayer LinkLayer => LinkLayer.Ethernet;

    public DeviceCapabilities Capabilities { get; } = new() { BatchSize = FrameBatch.DefaultCapacity };

    public int Mtu => 1500;

    public SafeHandle? Handle => null;

    public ChannelReader<DeviceEvent> Events => _events.Reader;

    public int TryReceive(FrameBatch batch)
    {
        int count = batch.Free;
        for (int i = 0; i < count; i++)
        {
            batch.TryAppend(frame);
        }

        return count;
    }

    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);

    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which) => which.Length;

    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
