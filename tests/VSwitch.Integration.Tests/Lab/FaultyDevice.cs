using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>A device with a bug: receiving and sending throw, as often as it is asked.</summary>
internal sealed class FaultyDevice : IPacketDevice
{
    private readonly Channel<DeviceEvent> _events = Channel.CreateUnbounded<DeviceEvent>();
    private readonly TaskCompletionSource<bool> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _calls;

    /// <summary>How many frames it claims to have before it is silent.</summary>
    internal required long Frames { get; init; }

    internal long Calls => Volatile.Read(ref _calls);

    public string Name => "faulty";

    public LinkLayer LinkLayer => LinkLayer.Ethernet;

    public DeviceCapabilities Capabilities { get; } = new() { BatchSize = 1 };

    public int Mtu => 1500;

    public SafeHandle? Handle => null;

    public ChannelReader<DeviceEvent> Events => _events.Reader;

    public int TryReceive(FrameBatch batch)
    {
        Interlocked.Increment(ref _calls);
        throw new InvalidOperationException("a bug of the device");
    }

    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) =>
        Calls < Frames ? new(true) : new(_closed.Task.WaitAsync(cancellationToken));

    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which) => throw new InvalidOperationException("a bug of the device");

    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => new(true);

    public ValueTask DisposeAsync()
    {
        _closed.TrySetResult(false);
        _events.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
