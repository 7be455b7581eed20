using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>One end of a pipe in memory: what is sent to it is received from its peer, order and boundaries kept.</summary>
/// <remarks>Closing either end closes both. Each direction holds a bounded number of octets; a full one takes no more.</remarks>
public sealed class PipeDevice : IPacketDevice
{
    /// <summary>Octets that each direction holds when nothing else is said.</summary>
    public const int DefaultCapacityOctets = 1 << 20;

    private readonly FrameQueue _incoming;
    private readonly FrameQueue _outgoing;
    private readonly Channel<DeviceEvent> _events = Channel.CreateBounded<DeviceEvent>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });
    private PipeDevice? _peer;
    private int _closed;

    private PipeDevice(string name, FrameQueue incoming, FrameQueue outgoing, int mtu, OffloadKinds offloads)
    {
        Name = name;
        Mtu = mtu;
        _incoming = incoming;
        _outgoing = outgoing;
        Capabilities = new DeviceCapabilities { BatchSize = 1, SendOffloads = offloads, ReceiveOffloads = offloads };
        _events.Writer.TryWrite(DeviceEvent.Up);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public LinkLayer LinkLayer => LinkLayer.Ethernet;

    /// <inheritdoc/>
    public DeviceCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <summary>Always null: there is no descriptor.</summary>
    public SafeHandle? Handle => null;

    /// <inheritdoc/>
    public ChannelReader<DeviceEvent> Events => _events.Reader;

    /// <summary>Makes a pipe.</summary>
    /// <param name="name">The ends are called <c>name.a</c> and <c>name.b</c>.</param>
    /// <param name="mtu">Octets of the longest packet, without the Ethernet header.</param>
    /// <param name="offloads">What each end takes and leaves unfinished: with <see cref="OffloadKinds.All"/> super-frames pass whole.</param>
    /// <param name="capacityOctets">That each direction holds, rounded up.</param>
    public static (PipeDevice A, PipeDevice B) CreatePair(
        string name, int mtu = 1500, OffloadKinds offloads = OffloadKinds.None, int capacityOctets = DefaultCapacityOctets)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityOctets, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacityOctets, 1 << 30);
        var aToB = new FrameQueue(capacityOctets);
        var bToA = new FrameQueue(capacityOctets);
        var a = new PipeDevice($"{name}.a", bToA, aToB, mtu, offloads);
        var b = new PipeDevice($"{name}.b", aToB, bToA, mtu, offloads);
        (a._peer, b._peer) = (b, a);
        return (a, b);
    }

    /// <inheritdoc/>
    public int TryReceive(FrameBatch batch) => _incoming.Dequeue(batch);

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) =>
        _incoming.WaitToDequeueAsync(cancellationToken);

    /// <inheritdoc/>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        int taken = _outgoing.Enqueue(batch, which);
        if (taken < which.Length)
        {
            batch.Refusal = DropReason.EgressFull;
        }

        return taken;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) =>
        _outgoing.WaitToEnqueueAsync(cancellationToken);

    /// <summary>Says that the link went up or down, to whoever reads <see cref="Events"/>; frames pass all the same.</summary>
    public void SetLink(bool up) => _events.Writer.TryWrite(up ? DeviceEvent.Up : DeviceEvent.Down);

    /// <summary>Closes both ends.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _incoming.Close();
            _outgoing.Close();
            _events.Writer.TryComplete();
            return _peer!.DisposeAsync();
        }

        return ValueTask.CompletedTask;
    }
}
