using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;
using VSwitch.Devices.Workers;
using VSwitch.Frames;

namespace VSwitch.Devices.TunTap;

/// <summary>One queue of a TAP or TUN: the octets' way in and out.</summary>
/// <remarks>
/// One read or write a frame, as the kernel wants it, in bursts under one lease of the descriptor; the writes of a burst are one system call, where io_uring
/// is to be had. Nothing here allocates, locks or throws for a frame. The
/// virtio_net_hdr stands in the headroom directly in front of the frame. Source: tun_get_user and tun_put_user in drivers/net/tun.c.
/// </remarks>
internal sealed class TunTapQueue : IPacketDevice
{
    private const int MaxInterruptions = 16;
    private const int MinTogether = 4; // fewer frames take no longer by system calls of their own

    // Sending is for any number of threads, and a ring for one.
    [ThreadStatic]
    private static Interop.Libc.WriteRing? t_ring;

    private static volatile bool s_isRingRefused;

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

    private static Interop.Libc.WriteRing? Ring => s_isRingRefused ? null : t_ring ??= Interop.Libc.WriteRing.TryCreate();

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
        while (octets < FrameBatch.BurstOctets && batch.Free > 0)
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
        int sent = 0;
        while (sent < which.Length)
        {
            ReadOnlySpan<int> rest = which[sent..];
            DropReason refusal = rest.Length >= MinTogether && Ring is { } ring
                ? SendTogether(ring, fd, batch, rest[..Math.Min(rest.Length, Interop.Libc.WriteRing.Capacity)], ref sent)
                : SendEach(fd, batch, rest, ref sent);
            if (refusal != DropReason.None)
            {
                batch.Refusal = refusal;
                break;
            }
        }

        return sent;
    }

    private DropReason SendTogether(Interop.Libc.WriteRing ring, int fd, FrameBatch batch, ReadOnlySpan<int> which, ref int sent)
    {
        for (int i = 0; i < which.Length; i++)
        {
            ring.Set(i, fd, OctetsOf(batch, which[i])); // a batch never moves
        }

        ReadOnlySpan<int> results = ring.Write(which.Length);
        int failed = results.IndexOfAnyInRange(int.MinValue, -1);
        sent += failed < 0 ? results.Length : failed;
        return failed < 0 ? DropReason.None
            : results[failed] == -(int)Errno.EOPNOTSUPP ? SendEachSlow(fd, batch, which, ref sent)
            : RefuseSlow(results[failed..]);
    }

    /// <summary>A kernel whose TAPs can't be written to in a ring.</summary>
    private DropReason SendEachSlow(int fd, FrameBatch batch, ReadOnlySpan<int> which, ref int sent)
    {
        s_isRingRefused = true;
        return SendEach(fd, batch, which, ref sent);
    }

    /// <summary>Those behind one that failed were written, too, and are not to be sent a second time: all count as refused, also if some went.</summary>
    private DropReason RefuseSlow(ReadOnlySpan<int> results)
    {
        DropReason reason = Refuse((Errno)(-results[0]));
        return reason == DropReason.DeviceRefused && results.Length > 1 ? DropReason.DeviceFault : reason;
    }

    private DropReason SendEach(int fd, FrameBatch batch, ReadOnlySpan<int> which, ref int sent)
    {
        foreach (int index in which)
        {
            Errno error = Write(fd, OctetsOf(batch, index));
            if (error != Errno.None)
            {
                return Refuse(error);
            }

            sent++;
        }

        return DropReason.None;
    }

    private ReadOnlySpan<byte> OctetsOf(FrameBatch batch, int index)
    {
        Span<byte> octets = batch.OctetsWithHeader(index, _header);
        if (_header != 0)
        {
            batch[index].Offload.Write(octets);
        }

        return octets;
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
