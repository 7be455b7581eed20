using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using VSwitch.Devices.Netlink;
using VSwitch.Devices.Workers;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Packet;

/// <summary>An Ethernet interface that is there already (a NIC, a veth), used from outside by a packet socket: what comes in is received, what is sent goes out.</summary>
/// <remarks>
/// <para>
/// Frames without FCS. A VLAN tag that the kernel took off is put back, octet for octet. What goes out by the interface, by this device or by anybody else, is
/// not received. The kernel gets the frames all the same: a switch port wants an interface without addresses.
/// </para>
/// Down is not closed; an interface that is deleted, or moved to another namespace, closes the device. All methods may be called from any thread, receiving
/// excepted. Source: packet(7).
/// </remarks>
public sealed class PacketDevice : IPacketDevice
{
    private readonly PacketLink _link;
    private readonly SafeFileHandle _handle;
    private readonly Readiness _readiness;
    private readonly PacketReceiver _receiver;
    private readonly PacketSender _sender;
    private readonly Lock _statisticsGate = new();
    private long _lost;

    private PacketDevice(PacketOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("PacketDevice is a packet socket of Linux: there is none on this system");
        }

        InterfaceName.Check(options.Name);
        using NetworkNamespace place = options.Namespace is null ? NetworkNamespace.OpenCurrent() : NetworkNamespace.Open(options.Namespace);
        _link = new(CloseSocket);
        _handle = PacketOpener.Open(options.Name, place);
        _readiness = new(_handle);
        _receiver = new(_link, options.Offload);
        _sender = new(_link, options.Offload);
        OffloadKinds kinds = options.Offload ? OffloadKinds.All : OffloadKinds.None;
        Capabilities = new()
        {
            BatchSize = FrameBatch.DefaultCapacity,
            ReceiveHeadroom = PacketReceiver.TagLength,
            ReceiveOffloads = kinds,
            SendOffloads = kinds,
            IsNative = true,
        };
        try
        {
            PacketOpener.Bind(_handle, options, _link.Start(place, options.Name));
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
    public LinkLayer LinkLayer => LinkLayer.Ethernet;

    /// <inheritdoc/>
    public DeviceCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public int Mtu => _link.Mtu;

    /// <inheritdoc/>
    public SafeHandle Handle => _handle;

    /// <inheritdoc/>
    public ChannelReader<DeviceEvent> Events => _link.Events;

    /// <summary>The interface's own MAC address; follows a change.</summary>
    public MacAddress HardwareAddress => _link.HardwareAddress;

    /// <summary>Administratively up and with carrier: frames flow.</summary>
    public bool IsUp => _link.IsUp;

    /// <summary>Done when the device is closed, by <see cref="DisposeAsync"/> or because its interface is gone; never faulted.</summary>
    public Task Completion => _link.Completion;

    /// <summary>The interface was deleted or moved away: the device has closed itself.</summary>
    public bool IsGone => _link.GoneReason is not null;

    /// <summary>Why the device has closed itself, in one line; null when it has not.</summary>
    public string? GoneReason => _link.GoneReason;

    /// <summary>Takes hold of an interface.</summary>
    /// <exception cref="LinuxException">One line with cause and cure: there is no such interface, or the right is missing.</exception>
    public static PacketDevice Open(PacketOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.BufferOctets);
        return new(options);
    }

    /// <inheritdoc/>
    public int TryReceive(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        bool leased = false;
        try
        {
            Lease(ref leased);
            return _receiver.Receive((int)_handle.DangerousGetHandle(), batch);
        }
        finally
        {
            Return(leased);
        }
    }

    /// <inheritdoc/>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ArgumentNullException.ThrowIfNull(batch);
        bool leased = false;
        try
        {
            Lease(ref leased);
            return _sender.Send((int)_handle.DangerousGetHandle(), batch, which);
        }
        finally
        {
            Return(leased);
        }
    }

    /// <summary>Sends finished frames that lie in one memory, in their order; never blocks.</summary>
    /// <param name="memory">Where they lie; it is not kept.</param>
    /// <param name="frames">The frames, each inside the memory.</param>
    /// <param name="refusal">Why the frame behind the last one taken was not; <see cref="DropReason.None"/> when all were.</param>
    /// <returns>How many of them, from the front, were taken.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A frame is not inside the memory.</exception>
    /// <exception cref="ObjectDisposedException">The device is closed.</exception>
    public int TrySend(ReadOnlyMemory<byte> memory, ReadOnlySpan<FrameExtent> frames, out DropReason refusal)
    {
        bool leased = false;
        try
        {
            Lease(ref leased);
            return _sender.Send((int)_handle.DangerousGetHandle(), memory, frames, out refusal);
        }
        finally
        {
            Return(leased);
        }
    }

    /// <summary>Frames that the kernel dropped since the device was opened, because nobody received them in time (PACKET_STATISTICS).</summary>
    /// <exception cref="ObjectDisposedException">The device is closed.</exception>
    public long ReadLost()
    {
        ObjectDisposedException.ThrowIf(_link.IsClosed, this);
        lock (_statisticsGate)
        {
            Interop.Libc.TPacketStats statistics = default;
            uint length = 8;
            if (Interop.Libc.GetSockOpt(_handle, Interop.Libc.SOL_PACKET, Interop.Libc.PACKET_STATISTICS, ref statistics, ref length) == 0)
            {
                _lost += statistics.tp_drops;
            }

            return _lost;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => _readiness.WaitToReadAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => _readiness.WaitToWriteAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _link.Close();
        return default;
    }

    // A lease that another thread holds keeps the descriptor open a while after the device is closed: new ones end here.
    private void Lease(ref bool leased)
    {
        ObjectDisposedException.ThrowIf(_link.IsClosed, this);
        _handle.DangerousAddRef(ref leased);
    }

    private void Return(bool leased)
    {
        if (leased)
        {
            _handle.DangerousRelease();
        }
    }

    private void CloseSocket()
    {
        _readiness.Close();
        _handle.Dispose();
    }
}
