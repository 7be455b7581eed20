using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Testing.Running;

/// <summary>What is plugged into a switch of a lab: takes whatever is sent to it, and has at most one frame to give, so that a burst is one frame.</summary>
/// <remarks>One thread: the lab's.</remarks>
internal sealed class LabDevice(string name, LinkLayer linkLayer, int mtu) : IPacketDevice
{
    private readonly Channel<DeviceEvent> _events = Channel.CreateUnbounded<DeviceEvent>();
    private ReadOnlyMemory<byte> _frame;
    private bool _hasFrame;
    private bool _isClosed;

    /// <summary>Takes what is sent; null where nothing is plugged in at the other side.</summary>
    internal Action<ReadOnlyMemory<byte>>? Cable { get; set; }

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public LinkLayer LinkLayer => linkLayer;

    /// <inheritdoc/>
    public DeviceCapabilities Capabilities { get; } = new();

    /// <inheritdoc/>
    public int Mtu => mtu;

    /// <inheritdoc/>
    public SafeHandle? Handle => null;

    /// <inheritdoc/>
    public ChannelReader<DeviceEvent> Events => _events.Reader;

    /// <summary>Lets the switch receive a frame.</summary>
    internal void Put(ReadOnlyMemory<byte> frame) => (_frame, _hasFrame) = (frame, true);

    /// <summary>Takes the frame back, if it was not received.</summary>
    /// <returns>False when it was.</returns>
    internal bool TakeBack()
    {
        bool wasThere = _hasFrame;
        _hasFrame = false;
        return wasThere;
    }

    internal void Say(DeviceEvent change) => _events.Writer.TryWrite(change);

    /// <inheritdoc/>
    public int TryReceive(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (!_hasFrame || !batch.TryAppend(_frame.Span))
        {
            return 0;
        }

        _hasFrame = false;
        return 1;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => new(!_isClosed);

    /// <inheritdoc/>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (Cable is { } cable)
        {
            foreach (int i in which)
            {
                cable(batch.Octets(i).ToArray());
            }
        }

        return which.Length;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => new(!_isClosed);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _isClosed = true;
        _events.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
