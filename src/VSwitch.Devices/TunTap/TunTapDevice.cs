using System.Buffers;
using System.Net;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using VSwitch.Devices.Netlink;
using VSwitch.Devices.Workers;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices.TunTap;

/// <summary>What TAP (L2Dev) and TUN (L3Dev) have in common: an interface of Linux whose other end is this process.</summary>
/// <remarks>
/// Frames either by batches (<see cref="TryReceive"/>, <see cref="TrySend"/>) or pushed (<see cref="SetHandler"/>, <see cref="Send"/>). What changes the
/// interface goes by netlink in the namespace where the interface is, wherever it was moved; it throws <see cref="LinuxException"/> when the
/// kernel refuses, and needs CAP_NET_ADMIN. All methods may be called from any thread, receiving excepted.
/// </remarks>
public abstract class TunTapDevice : IMultiQueueDevice, IClosesTogether
{
    private const int MaxQueues = 256; // MAX_TAP_QUEUES, drivers/net/tun.c
    private const int BatchSize = FrameBatch.DefaultCapacity;

    private readonly TunTapQueue[] _queues;
    private readonly TunTapQueue _queue;
    private readonly TunTapLink _link;
    private readonly SafeFileHandle _handle;
    private readonly Lock _pumpGate = new();
    private volatile FramePump? _pump;

    private protected TunTapDevice(TunTapOptions options, LinkLayer layer)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Queues, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Queues, MaxQueues);
        if (options.Name.Length > 0)
        {
            InterfaceName.Check(options.Name);
        }

        TunTapDescriptors descriptors = TunTapOpener.Open(options, layer);
        int header = options.Offload ? OffloadInfo.Length : 0;
        LinkLayer = layer;
        Capabilities = new()
        {
            BatchSize = BatchSize,
            ReceiveHeadroom = header,
            SendHeadroom = header,
            ReceiveOffloads = descriptors.Offloads,
            SendOffloads = descriptors.Offloads,
            IsNative = true,
        };
        _handle = descriptors.Queues[0];
        _link = new(_handle, descriptors.Name, EndWaits, CloseQueues);
        _queues = [.. descriptors.Queues.Select(q => new TunTapQueue(_link, q, layer, Capabilities))];
        _queue = _queues[0];
        Queues = [this, .. _queues[1..]];
        try
        {
            Configure(options);
        }
        catch
        {
            _link.Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name => _link.Name;

    /// <inheritdoc/>
    public LinkLayer LinkLayer { get; }

    /// <inheritdoc/>
    public DeviceCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public int Mtu => _link.Mtu;

    /// <inheritdoc/>
    public SafeHandle Handle => _handle;

    /// <inheritdoc/>
    public ChannelReader<DeviceEvent> Events => _link.Events;

    /// <inheritdoc/>
    public IReadOnlyList<IPacketDevice> Queues { get; }

    /// <summary>Administratively up and with carrier: frames flow.</summary>
    public bool IsUp => _link.IsUp;

    /// <summary>Done when the device is closed, by <see cref="DisposeAsync"/> or because its interface is gone; never faulted.</summary>
    public Task Completion => _link.Completion;

    /// <summary>The interface was deleted, or its namespace with it: the device has closed itself.</summary>
    public bool IsGone => _link.GoneReason is not null;

    /// <summary>Why the device has closed itself, in one line; null when it has not.</summary>
    public string? GoneReason => _link.GoneReason;

    /// <summary>Exceptions that handlers threw; each ended the call for one frame.</summary>
    public long HandlerFaults => _pump?.Faults ?? 0;

    private protected MacAddress LinkAddress => _link.HardwareAddress;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">A handler is set: the frames are the handler's.</exception>
    public int TryReceive(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _pump?.Handler is null ? _queue.TryReceive(batch) : throw new InvalidOperationException("a handler is set: frames go there");
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => _queue.WaitToReceiveAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A frame has less than <see cref="DeviceCapabilities.SendHeadroom"/> octets in front of it.</exception>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return _queue.TrySend(batch, which);
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => _queue.WaitToSendAsync(cancellationToken);

    /// <summary>Pushes received frames to a handler, one call after the other, on pool threads; what it throws is counted in <see cref="HandlerFaults"/>.</summary>
    /// <param name="handler">
    /// Replaces the one before; null ends it, and what was received but not yet handed over is lost. A handler that blocks holds up this device only.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// The device was opened with offloads, so that frames may be unfinished, or with several queues.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The device is closed.</exception>
    public void SetHandler(FrameHandler? handler)
    {
        if (Capabilities.ReceiveHeadroom != 0 || _queues.Length > 1)
        {
            throw new InvalidOperationException("a handler wants finished frames of one queue: open with Offload = false and Queues = 1");
        }

        ObjectDisposedException.ThrowIf(_link.IsClosed, this);
        lock (_pumpGate)
        {
            _pump ??= new FramePump(_queue);
            _pump.Handler = handler;
        }
    }

    /// <summary>Sends one finished frame; never blocks.</summary>
    /// <param name="frame">TAP: from the Ethernet header on, no FCS. TUN: an IP packet.</param>
    /// <returns><see cref="DropReason.None"/>, or why it was not sent.</returns>
    /// <exception cref="ObjectDisposedException">The device is closed.</exception>
    public DropReason Send(ReadOnlySpan<byte> frame)
    {
        int header = Capabilities.SendHeadroom;
        if (header == 0)
        {
            return _queue.Write(frame);
        }

        byte[] octets = ArrayPool<byte>.Shared.Rent(header + frame.Length);
        octets.AsSpan(0, header).Clear();
        frame.CopyTo(octets.AsSpan(header));
        DropReason result = _queue.Write(octets.AsSpan(0, header + frame.Length));
        ArrayPool<byte>.Shared.Return(octets);
        return result;
    }

    /// <summary>Gives the interface an IPv4 address, beside those it has, and brings it up.</summary>
    public void SetIPv4(IpPrefix address) =>
        AddAddress(address.IsIPv6 ? throw new ArgumentException($"{address} is not an IPv4 address", nameof(address)) : address);

    /// <summary>Gives the interface an IPv6 address, beside those it has, and brings it up; the kernel tries for a second whether somebody has it (DAD).</summary>
    public void SetIPv6(IpPrefix address) =>
        AddAddress(address.IsIPv6 ? address : throw new ArgumentException($"{address} is not an IPv6 address", nameof(address)));

    /// <summary>Adds a route through the interface, or replaces the one to the same destination.</summary>
    /// <param name="destination">Its family is the route's.</param>
    /// <param name="gateway">Null when the destination is on the link itself.</param>
    public void AddRoute(IpPrefix destination, IPAddress? gateway = null) =>
        _link.Change((route, link) => route.AddRoute(link, destination, gateway));

    /// <summary>Sets the MTU, in octets without the Ethernet header: 68 to 65,521.</summary>
    public void SetMtu(int mtu) => _link.Change((route, link) => route.SetMtu(link, mtu));

    /// <summary>Brings the interface up.</summary>
    public void SetUp() => _link.Change((route, link) => route.SetUp(link, true));

    /// <summary>Takes the interface down; the device stays open.</summary>
    public void SetDown() => _link.Change((route, link) => route.SetUp(link, false));

    /// <summary>Plugs or unplugs the cable, as the interface's users see it (TUNSETCARRIER).</summary>
    public void SetCarrier(bool carrier)
    {
        ObjectDisposedException.ThrowIf(_link.IsClosed, this);
        int value = carrier ? 1 : 0;
        if (Interop.Libc.IoctlInt(_handle, Interop.Libc.TUNSETCARRIER, ref value) < 0)
        {
            throw LinuxException.Last(Name, "TUNSETCARRIER");
        }

        _link.LinkChanged();
    }

    /// <summary>Renames the interface.</summary>
    /// <param name="name">At most 15 octets; <c>%d</c> in it becomes the first free number.</param>
    public void Rename(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _link.Change((route, link) => route.Rename(link, name));
    }

    /// <summary>Moves the interface to another namespace; it loses its addresses, and is up again if it was.</summary>
    /// <param name="nameOrPath">A named namespace, or the path of one.</param>
    public void MoveToNamespace(string nameOrPath)
    {
        using NetworkNamespace target = NetworkNamespace.Open(nameOrPath);
        bool wasUp = false;
        _link.Change((route, link) =>
        {
            wasUp = link.IsUp;
            route.Move(link, target);
        });
        if (wasUp)
        {
            SetUp();
        }
    }

    /// <summary>Lets the interface outlive the device, or not (TUNSETPERSIST).</summary>
    public void SetPersist(bool persist) => SetValue(Interop.Libc.TUNSETPERSIST, "TUNSETPERSIST", persist ? 1u : 0u);

    /// <summary>The interface as the kernel has it now, with its count of frames that nobody read in time.</summary>
    /// <exception cref="LinuxException">It is gone.</exception>
    public LinkInfo ReadLink()
    {
        LinkInfo? result = null;
        _link.Change((_, link) => result = link);
        return result!;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _link.Close();
        GC.SuppressFinalize(this);
        return default;
    }

    /// <inheritdoc/>
    void IClosesTogether.CloseTogether(IReadOnlyList<IPacketDevice> devices) => TunTapLink.CloseTogether(devices.OfType<TunTapDevice>().Select(d => d._link));

    private protected void AddAddress(IpPrefix address) => _link.Change((route, link) =>
    {
        route.AddAddress(link, address);
        route.SetUp(link, true);
    });

    private void Configure(TunTapOptions options)
    {
        if (options.Owner is { } owner)
        {
            SetValue(Interop.Libc.TUNSETOWNER, "TUNSETOWNER", owner);
        }

        if (options.Group is { } group)
        {
            SetValue(Interop.Libc.TUNSETGROUP, "TUNSETGROUP", group);
        }

        _link.Start();
        if (options.HardwareAddress is not null || options.Mtu is not null || options.Up)
        {
            _link.Change((route, link) =>
            {
                if (options.HardwareAddress is { } address && address != link.HardwareAddress)
                {
                    route.SetHardwareAddress(link, address);
                }

                if (options.Mtu is { } mtu && mtu != link.Mtu)
                {
                    route.SetMtu(link, mtu);
                }

                if (options.Up && !link.IsUp)
                {
                    route.SetUp(link, true);
                }
            });
        }

        if (options.Persist)
        {
            SetPersist(true); // last: until here all ends with the descriptor
        }
    }

    private void SetValue(uint request, string call, uint value)
    {
        ObjectDisposedException.ThrowIf(_link.IsClosed, this);
        if (Interop.Libc.IoctlValue(_handle, request, value) < 0)
        {
            throw LinuxException.Last(Name, call);
        }
    }

    private void EndWaits()
    {
        foreach (TunTapQueue queue in _queues)
        {
            queue.EndWaits();
        }
    }

    private void CloseQueues()
    {
        foreach (TunTapQueue queue in _queues)
        {
            queue.Close();
        }
    }
}
