using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Captures.Replaying;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Captures.Pcap;

/// <summary>A device of Ethernet whose frames come from a capture file, and that writes what is sent to it into another.</summary>
/// <remarks>
/// Files are read and written by threads of the device's own, with a bounded pipe between them and whoever uses the device: a slow disk makes a full pipe, never a slow switch.
/// A file that fails ends its direction, not the device. The replay begins when somebody first receives.
/// </remarks>
public sealed class PcapDevice : IPacketDevice
{
    private readonly PipeDevice _inside;
    private readonly PipeDevice _outside;
    private readonly PcapPlayer? _player;
    private readonly PcapSink? _sink;
    private int _closed;

    /// <summary>Opens the file that is written to; the one that is read from is opened when the replay begins.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="options">What it plays and records.</param>
    /// <param name="clock">The time that the replay goes by.</param>
    /// <param name="time">The time that what is recorded gets.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to, or it is a folder.</exception>
    public PcapDevice(string name, PcapDeviceOptions options, IReplayClock clock, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(time);
        Name = name;
        (_inside, _outside) = PipeDevice.CreatePair(name, options.Mtu);
        _sink = options.Out is { } open ? new PcapSink(_outside, open(), name, time, options.Failed) : null;
        _player = options.In is { } source ? new PcapPlayer(_outside, source, options, clock) : null;
        IsDiscarding = options.Out is null;
        _sink?.Start();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public LinkLayer LinkLayer => LinkLayer.Ethernet;

    /// <inheritdoc/>
    public DeviceCapabilities Capabilities => _inside.Capabilities;

    /// <inheritdoc/>
    public int Mtu => _inside.Mtu;

    /// <summary>Always null: there is no descriptor.</summary>
    public SafeHandle? Handle => null;

    /// <inheritdoc/>
    public ChannelReader<DeviceEvent> Events => _inside.Events;

    /// <summary>Nobody keeps what is sent to it.</summary>
    private bool IsDiscarding { get; }

    /// <inheritdoc/>
    public int TryReceive(FrameBatch batch)
    {
        _player?.Start();
        return _inside.TryReceive(batch);
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default)
    {
        _player?.Start();
        return _inside.WaitToReceiveAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
        return IsDiscarding ? which.Length : _inside.TrySend(batch, which);
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) =>
        IsDiscarding ? ValueTask.FromResult(Volatile.Read(ref _closed) == 0) : _inside.WaitToSendAsync(cancellationToken);

    /// <summary>Ends the replay, writes what was sent, and closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _player?.Dispose();
            _sink?.Dispose();
            await _inside.DisposeAsync().ConfigureAwait(false);
        }
    }
}
