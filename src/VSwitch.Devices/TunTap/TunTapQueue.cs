using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using VSwitch.Devices.Workers;
using VSwitch.Frames;

namespace VSwitch.Devices.TunTap;

/// <summary>One queue of a TAP or TUN: the octets' way in and out.</summary>
/// <remarks>
/// One read or write a frame, as the kernel wants it, in bursts under one lease of the descriptor. Nothing here allocates, locks or throws for a frame. The
/// virtio_net_hdr stands in the headroom directly in front of the frame. Source: tun_get_user and tun_put_user in drivers/net/tun.c.
/// </remarks>
internal sealed class TunTapQueue : IPacketDevice
{
    private const int MaxBurstOctets = 256 * 1024;
    private const int MaxInterruptions = 16;

    private readonly TunTapLink _link;
    private readonly SafeFileHandle _handle;
    private readonly Readiness _readiness;
    private readonly int _header;

    internal TunTapQueue(TunTapLink link, SafeFileHandle handle, LinkLayer linkLayer, DeviceCapabilities capabilities)
    {
        _link = link;
        _handle = handle;
        _readiness = new(handle);
        _header = capabilities.ReceiveHeadroom;
        LinkLayer = linkLayer;
        Capabilities = capabilities;
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

    internal Readiness Readiness => _readiness;

    /// <inheritdoc/>
    public int TryReceive(FrameBatch batch)
    {
        bool leased = false;
        try
        {
            Lease(ref leased);
            return Receive((int)_handle.DangerousGetHandle(), batch);
        }
        finally
        {
            if (leased)
            {
                _handle.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        bool leased = false;
        try
        {
            Lease(ref leased);
            return Send((int)_handle.DangerousGetHandle(), batch, which);
        }
        finally
        {
            if (leased)
            {
                _handle.DangerousRelease();
            }
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

    /// <summary>Writes octets that are already as the descriptor wants them.</summary>
    /// <returns>Why not, or <see cref="DropReason.None"/>.</returns>
    internal DropReason Write(ReadOnlySpan<byte> octets)
    {
        bool leased = false;
        try
        {
            Lease(ref leased);
            Errno error = Write((int)_handle.DangerousGetHandle(), octets);
            return error == Errno.None ? DropReason.None : Refuse(error);
        }
        finally
        {
            if (leased)
            {
                _handle.DangerousRelease();
            }
        }
    }

    /// <summary>Ends the waits with false; the descriptor stays open.</summary>
    internal void EndWaits() => _readiness.Close();

    /// <summary>Ends the waits and closes the descriptor.</summary>
    internal void Close()
    {
        _readiness.Close();
        _handle.Dispose();
    }

    // A lease that another thread holds keeps the descriptor open a while after the device is closed: new ones end here.
    private void Lease(ref bool leased)
    {
        ObjectDisposedException.ThrowIf(_link.IsClosed, this);
        _handle.DangerousAddRef(ref leased);
    }

    private int Receive(int fd, FrameBatch batch)
    {
        int count = 0;
        int octets = 0;
        while (octets < MaxBurstOctets && batch.Free > 0)
        {
            Span<byte> place = batch.NextSlot()[(FrameBatch.Headroom - _header)..];
            int length = Read(fd, place);
            if (length < _header)
            {
                break;
            }

            ref FrameMetadata frame = ref batch.Append(length - _header);
            if (_header != 0)
            {
                frame.Offload = OffloadInfo.Read(place);
            }

            if (length == place.Length)
            {
                frame.Drop = DropReason.Truncated; // the kernel says nothing of what it cut off
            }

            octets += length;
            count++;
        }

        return count;
    }

    // Octets, or -1: nothing there, or an error that the next burst will tell again if it lasts.
    private int Read(int fd, Span<byte> place)
    {
        for (int i = 0; i < MaxInterruptions; i++)
        {
            nint length = Interop.Libc.Read(fd, ref MemoryMarshal.GetReference(place), (nuint)place.Length);
            if (length > 0)
            {
                return (int)length;
            }

            Errno error = length == 0 ? Errno.EAGAIN : (Errno)Marshal.GetLastSystemError();
            if (error != Errno.EINTR)
            {
                if (error != Errno.EAGAIN)
                {
                    _ = Refuse(error);
                }

                return -1;
            }
        }

        return -1;
    }

    private int Send(int fd, FrameBatch batch, ReadOnlySpan<int> which)
    {
        for (int i = 0; i < which.Length; i++)
        {
            int index = which[i];
            Span<byte> octets = batch.OctetsWithHeader(index, _header);
            if (_header != 0)
            {
                batch[index].Offload.Write(octets);
            }

            Errno error = Write(fd, octets);
            if (error != Errno.None)
            {
                batch.Refusal = Refuse(error);
                return i;
            }
        }

        return which.Length;
    }

    private static Errno Write(int fd, ReadOnlySpan<byte> octets)
    {
        for (int i = 0; i < MaxInterruptions; i++)
        {
            if (Interop.Libc.Write(fd, in MemoryMarshal.GetReference(octets), (nuint)octets.Length) >= 0)
            {
                return Errno.None;
            }

            Errno error = (Errno)Marshal.GetLastSystemError();
            if (error != Errno.EINTR)
            {
                return error;
            }
        }

        return Errno.EAGAIN;
    }

    private DropReason Refuse(Errno error)
    {
        switch (error)
        {
            case Errno.EAGAIN or Errno.ENOBUFS or Errno.ENOMEM:
                return DropReason.EgressFull;
            case Errno.EIO or Errno.ENETDOWN:
                return DropReason.LinkDown;
            case Errno.EBADFD or Errno.EBADF or Errno.ENODEV:
                _link.Vanish("the interface was deleted");
                return DropReason.LinkDown;
            default:
                return DropReason.DeviceRefused;
        }
    }
}
