using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>One end of a pipe in memory: what is sent to it is received from its peer, order and boundaries kept.</summary>
/// <remarks>
/// Closing either end closes both. Each direction is a <see cref="PacketChannel"/> and bounded; a full one takes no more. Any thread may send and receive.
/// </remarks>
public sealed class PipeDevice : IPacketDevice
{
    /// <summary>Octets that each direction holds when nothing else is said.</summary>
    public const int DefaultCapacityOctets = 1 << 20;

    private readonly PacketChannel _incoming;
    private readonly PacketChannel _outgoing;
    private readonly Channel<DeviceEvent> _events = Channel.CreateBounded<DeviceEvent>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });
    private PipeDevice? _peer;
    private int _closed;

    private PipeDevice(string name, PacketChannel incoming, PacketChannel outgoing, LinkLayer linkLayer, int mtu, DeviceCapabilities capabilities)
    {
        Name = name;
        LinkLayer = linkLayer;
        Mtu = mtu;
        _incoming = incoming;
        _outgoing = outgoing;
        Capabilities = capabilities;
        _events.Writer.TryWrite(DeviceEvent.Up);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public LinkLayer LinkLayer { get; }

    /// <inheritdoc/>
    public DeviceCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <summary>Always null: there is no descriptor.</summary>
    public SafeHandle? Handle => null;

    /// <inheritdoc/>
    public ChannelReader<DeviceEvent> Events => _events.Reader;

    /// <summary>Makes a pipe for the ports of a switch; <see cref="DevicePipe"/> makes any other.</summary>
    /// <param name="name">The ends are called <c>name.a</c> and <c>name.b</c>.</param>
    /// <param name="mtu">Octets of the longest packet, without the Ethernet header.</param>
    /// <param name="offloads">What each end takes and leaves unfinished: with <see cref="OffloadKinds.All"/> super-frames pass whole.</param>
    /// <param name="capacityOctets">That each direction holds, rounded up.</param>
    /// <param name="linkLayer">What the frames begin with.</param>
    public static (PipeDevice A, PipeDevice B) CreatePair(
        string name,
        int mtu = 1500,
        OffloadKinds offloads = OffloadKinds.None,
        int capacityOctets = DefaultCapacityOctets,
        LinkLayer linkLayer = LinkLayer.Ethernet)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, 1);
        var capabilities = new DeviceCapabilities { BatchSize = 1, SendOffloads = offloads, ReceiveOffloads = offloads };
        return CreatePair(name, linkLayer, mtu, capabilities, capacityOctets, int.MaxValue);
    }

    /// <inheritdoc/>
    /// <exception cref="ReceiveOnClosedException">The pipe is closed; frames that were in it are lost.</exception>
    public int TryReceive(FrameBatch batch) => _incoming.TryReceive(batch);

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) =>
        _incoming.WaitToReceiveAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="SendOnClosedException">The pipe is closed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A frame has less than <see cref="DeviceCapabilities.SendHeadroom"/> octets in front of it; none is sent.</exception>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (Capabilities.SendHeadroom > 0)
        {
            foreach (int i in which)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(batch[i].Offset, Capabilities.SendHeadroom, nameof(batch));
            }
        }

        return _outgoing.TrySend(batch, which);
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) =>
        _outgoing.WaitToSendAsync(cancellationToken);

    /// <summary>Says that the link went up or down, to whoever reads <see cref="Events"/>; frames pass all the same.</summary>
    public void SetLink(bool up) => _events.Writer.TryWrite(up ? DeviceEvent.Up : DeviceEvent.Down);

    /// <summary>Closes both ends.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _incoming.Dispose();
            _outgoing.Dispose();
            _events.Writer.TryComplete();
            return _peer!.DisposeAsync();
        }

        return ValueTask.CompletedTask;
    }

    internal static (PipeDevice A, PipeDevice B) CreatePair(
        string name, LinkLayer linkLayer, int mtu, DeviceCapabilities capabilities, int capacityOctets, int capacityFrames)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var aToB = new PacketChannel(capacityOctets, capacityFrames, name);
        var bToA = new PacketChannel(capacityOctets, capacityFrames, name);
        var a = new PipeDevice($"{name}.a", bToA, aToB, linkLayer, mtu, capabilities);
        var b = new PipeDevice($"{name}.b", aToB, bToA, linkLayer, mtu, capabilities);
        (a._peer, b._peer) = (b, a);
        return (a, b);
    }
}
