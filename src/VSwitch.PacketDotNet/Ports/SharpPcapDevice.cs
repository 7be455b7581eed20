using System.Runtime.InteropServices;
using System.Threading.Channels;
using PacketDotNet;
using SharpPcap;
using SharpPcap.LibPcap;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.PacketDotNet.Ports;

/// <summary>A device of SharpPcap as a port of a switch: an interface that libpcap captures from and sends by, a capture file to receive from, or one to write.</summary>
/// <remarks>
/// What SharpPcap throws stays behind the port: threads of its own fetch and send, with a bounded queue each way. Receiving begins with the first receive. The link is up until the
/// interface fails; then it goes down, the device closes itself, what waits in its queues is lost, and a <c>SwitchHost</c> that was told how to opens it again. A file that ends or breaks off leaves the
/// link up. Either way <see cref="Ended"/> has the cause.
/// libpcap does not say which checksums the host has left to its hardware, nor what is a super-frame: turn the offloads of such an interface off (<c>ethtool -K IF tx off gso off tso off gro off</c>),
/// of a veth those of the peer, too. The devices of VSwitch.Devices know both.
/// </remarks>
public sealed class SharpPcapDevice : IPacketDevice
{
    private const int ReadTimeoutMilliseconds = 100;
    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(5); // SharpPcap looks up twice a second

    private readonly IPcapDevice _device;
    private readonly SharpPcapOptions _options;
    private readonly PipeDevice _inside;
    private readonly SharpPcapReceiver? _receiver;
    private readonly SharpPcapSender? _sender;
    private readonly CancellationTokenSource _ending = new();
    private long _unsendable;
    private long _kernelDropped;
    private int _closed;

    private SharpPcapDevice(IPcapDevice device, LinkLayer linkLayer, SharpPcapOptions options)
    {
        (_device, _options) = (device, options);
        (_inside, PipeDevice outside) = PipeDevice.CreatePair(device.Name, options.Mtu, capacityOctets: options.QueueOctets, linkLayer: linkLayer);
        _receiver = device is ICaptureDevice capture and not CaptureFileWriterDevice ? new SharpPcapReceiver(capture, outside, _inside, options, _ending.Token) : null;
        _sender = device is IInjectionDevice injection ? new SharpPcapSender(injection, outside, options.Time, _ending.Token) : null;
        _sender?.Start();
    }

    /// <summary>Of the device: of an interface its name, of a file its path.</summary>
    public string Name => _device.Name;

    /// <inheritdoc/>
    public LinkLayer LinkLayer => _inside.LinkLayer;

    /// <inheritdoc/>
    public DeviceCapabilities Capabilities => _inside.Capabilities;

    /// <inheritdoc/>
    public int Mtu => _inside.Mtu;

    /// <summary>Always null: SharpPcap keeps the descriptor.</summary>
    public SafeHandle? Handle => null;

    /// <inheritdoc/>
    public ChannelReader<DeviceEvent> Events => _inside.Events;

    /// <summary>
    /// Completes when no more frames will be added to those that wait to be received: with null at the end of a file, when the port is closed, and at once for a device that can't receive; else with the
    /// cause that SharpPcap gives: the device has closed itself then, unless it is a file.
    /// </summary>
    public Task<string?> Ended => _receiver?.Ended ?? Task.FromResult<string?>(null);

    /// <summary>Why SharpPcap refused a frame, the last time it did; null while it did not.</summary>
    public string? LastSendError => _sender?.LastError;

    /// <summary>What went through up to now.</summary>
    public SharpPcapCounters Counters => new(
        _receiver?.Received ?? 0, _receiver?.Overflowed ?? 0, _receiver?.Cut ?? 0, _receiver?.TooLong ?? 0, KernelDropped(), _sender?.Sent ?? 0, _sender?.Failed ?? 0,
        Volatile.Read(ref _unsendable));

    /// <summary>Makes a port of a device, and opens the device if it is not open: promiscuous, without delay, with nanoseconds.</summary>
    /// <param name="device">Is the port's from now on: nobody else captures, sends or closes.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="IOException">SharpPcap can't open the device, or libpcap is not there.</exception>
    /// <exception cref="NotSupportedException">The packets begin with neither an Ethernet nor an IP header.</exception>
    public static SharpPcapDevice Open(IPcapDevice device, SharpPcapOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        options ??= new SharpPcapOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Mtu, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.QueueOctets, 1, nameof(options));
        bool wasOpen = true;
        try
        {
            wasOpen = IsOpen(device);
            if (!wasOpen)
            {
                device.Open(new DeviceConfiguration
                {
                    Mode = DeviceModes.Promiscuous,
                    Immediate = device is ILiveDevice ? true : null,
                    ReadTimeout = ReadTimeoutMilliseconds,
                    BufferSize = options.KernelBufferOctets,
                    LinkLayerType = LinkLayers.Ethernet,
                    TimestampResolution = TimestampResolution.Nanosecond,
                });
            }

            LinkLayer linkLayer = LinkLayerOf(device.LinkType)
                ?? throw new NotSupportedException($"{device.Name} has packets of type {device.LinkType}: a switch takes Ethernet, and bare IP (Raw, IPv4, IPv6)");
            if (options.OnlyInbound && device is LibPcapLiveDevice live && !LibPcap.TrySetInbound(live))
            {
                throw new InvalidOperationException("this libpcap can't tell what comes in from what goes out: set OnlyInbound to false");
            }

            return new SharpPcapDevice(device, linkLayer, options);
        }
        catch (Exception error)
        {
            if (!wasOpen)
            {
                Close(device);
            }

            if (error is NotSupportedException)
            {
                throw;
            }

            throw new IOException(
                error is DllNotFoundException or TypeInitializationException ? $"{device.Name} can't be opened: libpcap is not there; install it (Debian: libpcap0.8)" : $"{device.Name} can't be opened: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public int TryReceive(FrameBatch batch)
    {
        _receiver?.Start();
        return _inside.TryReceive(batch);
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default)
    {
        _receiver?.Start();
        return _inside.WaitToReceiveAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>A device that can only receive takes all, and counts it: see <see cref="SharpPcapCounters.Unsendable"/>.</remarks>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        if (_sender is not null)
        {
            return _inside.TrySend(batch, which);
        }

        ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, this);
        Interlocked.Add(ref _unsendable, which.Length);
        return which.Length;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) =>
        _sender is not null ? _inside.WaitToSendAsync(cancellationToken) : ValueTask.FromResult(Volatile.Read(ref _closed) == 0);

    /// <summary>Sends what waits to be sent, ends both threads, and closes the device. A SharpPcap that does not come back within five seconds is left alone, and its device open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        _receiver?.NeverStart();
        bool hasEnded = true;
        try
        {
            await Task.WhenAll(Ended, _sender?.Ended ?? Task.CompletedTask).WaitAsync(s_closeLimit, _options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            hasEnded = false;
        }

        KernelDropped();
        await _inside.DisposeAsync().ConfigureAwait(false);
        if (hasEnded)
        {
            _ending.Dispose();
            if (!_options.LeaveOpen)
            {
                Close(_device);
            }
        }
    }

    private static bool IsOpen(IPcapDevice device)
    {
        try
        {
            return device is PcapDevice pcap ? pcap.Opened : Enum.IsDefined(device.LinkType);
        }
        catch (PcapException)
        {
            return false; // that is how a closed device answers
        }
    }

    private static LinkLayer? LinkLayerOf(LinkLayers type) => type switch
    {
        LinkLayers.Ethernet => LinkLayer.Ethernet,
        LinkLayers.Raw or LinkLayers.RawLegacy or LinkLayers.IPv4 or LinkLayers.IPv6 => LinkLayer.Ip,
        _ => null,
    };

    private static void Close(IPcapDevice device)
    {
        try
        {
            device.Close();
        }
        catch (Exception)
        {
            // There is nothing left to be done with it.
        }
    }

    // libpcap counts from the opening on; of a device that is closed, what it said last stays.
    private long KernelDropped()
    {
        if (_device is LibPcapLiveDevice live && LibPcap.ReadDropped(live) is { } dropped)
        {
            Volatile.Write(ref _kernelDropped, dropped);
        }

        return Volatile.Read(ref _kernelDropped);
    }
}
