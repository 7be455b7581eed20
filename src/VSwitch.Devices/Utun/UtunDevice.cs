using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Frames;

namespace VSwitch.Devices.Utun;

/// <summary>A TUN of macOS: an interface that carries bare IP packets, and whose other end is this process.</summary>
/// <remarks>
/// The family header of utun is taken off what is received and put, in the headroom, in front of what is sent. There are no offloads. Addresses and routes are set
/// with ifconfig and route. Nobody has run this on macOS yet: what of it is the kernel's was tested against a fake only.
/// </remarks>
public sealed class UtunDevice : IPacketDevice
{
    private readonly IUtunSocket _socket;
    private readonly UtunReadiness _readiness;
    private readonly Channel<DeviceEvent> _events = Channel.CreateBounded<DeviceEvent>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });

    private long _malformed;
    private int _closed;

    internal UtunDevice(IUtunSocket socket)
    {
        _socket = socket;
        _readiness = new(socket, Close);
        Name = socket.Name;
        _events.Writer.TryWrite(DeviceEvent.Up);
    }

    /// <summary>The interface's name; macOS renames no interface.</summary>
    public string Name { get; }

    /// <summary>Bare IP.</summary>
    public LinkLayer LinkLayer => LinkLayer.Ip;

    /// <inheritdoc/>
    public DeviceCapabilities Capabilities { get; } = new()
    {
        BatchSize = FrameBatch.DefaultCapacity,
        ReceiveHeadroom = UtunFraming.HeaderLength,
        SendHeadroom = UtunFraming.HeaderLength,
        IsNative = true,
    };

    /// <summary>The interface's MTU, asked of the kernel at each call.</summary>
    /// <exception cref="DeviceClosedException">The device is closed.</exception>
    public int Mtu
    {
        get
        {
            ThrowIfClosed();
            return _socket.Mtu;
        }
    }

    /// <inheritdoc/>
    public SafeHandle? Handle => _socket.Handle;

    /// <summary>Up when it is made; completes when it is closed. Nothing tells of changes in between: <see cref="Mtu"/> is right all the same.</summary>
    public ChannelReader<DeviceEvent> Events => _events.Reader;

    /// <summary>Packets that the kernel gave with a family header that is cut, unknown, or contradicts them; each was thrown away.</summary>
    public long MalformedPackets => Volatile.Read(ref _malformed);

    /// <summary>Makes a utun.</summary>
    /// <param name="name"><c>utun</c> and a number; empty: the kernel chooses.</param>
    /// <exception cref="PlatformNotSupportedException">This is not macOS.</exception>
    /// <exception cref="ArgumentException">The name is not of that kind.</exception>
    /// <exception cref="UtunException">One line with cause and cure; nothing is left behind.</exception>
    public static UtunDevice Open(string name = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        uint unit = UtunName.UnitOf(name);
        return OperatingSystem.IsMacOS()
            ? new UtunDevice(UtunSocket.Open(unit, name.Length > 0 ? name : UtunName.Prefix))
            : throw new PlatformNotSupportedException("utun is there on macOS only: on Linux a TUN is an L3Dev");
    }

    /// <inheritdoc/>
    /// <exception cref="DeviceClosedException">The device is closed.</exception>
    public int TryReceive(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ThrowIfClosed();
        int count = 0;
        int octets = 0;
        for (int tries = Capabilities.BatchSize; tries > 0 && octets < FrameBatch.BurstOctets && batch.Free > 0; tries--)
        {
            Span<byte> place = batch.NextSlot()[(FrameBatch.Headroom - UtunFraming.HeaderLength)..];
            UtunResult result = _socket.Receive(place, out int length);
            if (result != UtunResult.Done)
            {
                CloseIfGone(result);
                break;
            }

            octets += length;
            if (UtunFraming.Judge(place[..length]) != UtunVerdict.Packet)
            {
                Interlocked.Increment(ref _malformed);
                continue;
            }

            ref FrameMetadata frame = ref batch.Append(length - UtunFraming.HeaderLength);
            frame.Drop = length == place.Length ? DropReason.Truncated : DropReason.None;
            count++;
        }

        return count;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) => _readiness.WaitToReceiveAsync(cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="DeviceClosedException">The device is closed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A packet has less than <see cref="DeviceCapabilities.SendHeadroom"/> octets in front of it.</exception>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ThrowIfClosed();
        for (int i = 0; i < which.Length; i++)
        {
            Span<byte> octets = batch.OctetsWithHeader(which[i], UtunFraming.HeaderLength);
            UtunResult result = UtunFraming.Put(octets) == UtunVerdict.Packet ? _socket.Send(octets) : UtunResult.Refused;
            if (result != UtunResult.Done)
            {
                batch.Refusal = RefusalOf(result);
                CloseIfGone(result);
                return i;
            }
        }

        return which.Length;
    }

    /// <inheritdoc/>
    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) => _readiness.WaitToSendAsync(cancellationToken);

    /// <summary>Closes the device, and the interface with it; again is fine.</summary>
    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private static DropReason RefusalOf(UtunResult result) => result switch
    {
        UtunResult.WouldBlock => DropReason.EgressFull,
        UtunResult.Refused => DropReason.DeviceRefused,
        _ => DropReason.LinkDown,
    };

    private void CloseIfGone(UtunResult result)
    {
        if (result == UtunResult.Gone)
        {
            Close();
        }
    }

    private void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _readiness.Close();
            _events.Writer.TryComplete();
        }
    }

    private void ThrowIfClosed()
    {
        if (Volatile.Read(ref _closed) != 0)
        {
            throw new DeviceClosedException(Name);
        }
    }
}
