using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices.Utun;

/// <summary>The real control socket.</summary>
/// <remarks>
/// Written from the headers and never run by its authors, who have no macOS. No call here but <c>ioctl</c> is variadic in C. Sources: net/if_utun.h, sys/kern_control.h,
/// sys/sys_domain.h of XNU.
/// </remarks>
internal sealed class UtunSocket : IUtunSocket
{
    private const string Control = "com.apple.net.utun_control"; // UTUN_CONTROL_NAME
    private const int MaxInterruptions = 16;
    private const short Broken = Interop.Darwin.POLLERR | Interop.Darwin.POLLHUP | Interop.Darwin.POLLNVAL;

    private readonly SafeFileHandle _socket;
    private readonly SafeFileHandle _asking; // any socket: what ioctls about interfaces go by
    private readonly SafeFileHandle _wakeRead;
    private readonly SafeFileHandle _wakeWrite;
    private int _mtu;

    private UtunSocket(SafeFileHandle socket, SafeFileHandle asking, (SafeFileHandle Read, SafeFileHandle Write) wake, string name)
    {
        (_socket, _asking, (_wakeRead, _wakeWrite), Name) = (socket, asking, wake, name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public SafeHandle Handle => _socket;

    /// <inheritdoc/>
    public int Mtu
    {
        get
        {
            Interop.Darwin.IfReq request = default;
            Encoding.UTF8.GetBytes(Name, request.ifr_name);
            if (Interop.Darwin.Ioctl(_asking, Interop.Darwin.SIOCGIFMTU, ref request) == 0)
            {
                _mtu = request.ifr_mtu;
            }

            return _mtu; // of an interface that is just going: the last
        }
    }

    /// <summary>Makes a utun.</summary>
    /// <param name="unit">Its number, and one; 0: the kernel chooses.</param>
    /// <param name="wanted">What an error is about.</param>
    /// <exception cref="UtunException">One line with cause and cure; nothing is left behind.</exception>
    internal static UtunSocket Open(uint unit, string wanted)
    {
        SafeFileHandle socket = OpenSocket(Interop.Darwin.PF_SYSTEM, Interop.Darwin.SYSPROTO_CONTROL, wanted);
        SafeFileHandle? asking = null;
        try
        {
            Connect(socket, unit, wanted);
            string name = NameOf(socket, wanted);
            asking = OpenSocket(Interop.Darwin.AF_INET, 0, name);
            return new UtunSocket(socket, asking, OpenPipe(name), name);
        }
        catch
        {
            socket.Dispose(); // the interface goes with it
            asking?.Dispose();
            throw;
        }
    }

    /// <summary>What an error number of macOS means for the packet and the interface.</summary>
    internal static UtunResult ResultOf(int errno) => (DarwinErrno)errno switch
    {
        DarwinErrno.EAGAIN or DarwinErrno.EINTR or DarwinErrno.ENOBUFS or DarwinErrno.ENOMEM => UtunResult.WouldBlock,
        DarwinErrno.EIO or DarwinErrno.ENETDOWN => UtunResult.Down,
        DarwinErrno.EBADF or DarwinErrno.ENXIO or DarwinErrno.ECONNRESET or DarwinErrno.ENOTCONN => UtunResult.Gone,
        _ => UtunResult.Refused,
    };

    /// <inheritdoc/>
    public UtunResult Receive(Span<byte> octets, out int length)
    {
        int errno = 0;
        for (int i = 0; i < MaxInterruptions; i++)
        {
            nint received = Interop.Darwin.Recv(_socket, ref MemoryMarshal.GetReference(octets), (nuint)octets.Length, Interop.Darwin.MSG_DONTWAIT);
            if (received >= 0)
            {
                length = (int)received;
                return received > 0 ? UtunResult.Done : UtunResult.Gone; // the kernel has shut the socket
            }

            errno = Marshal.GetLastPInvokeError();
            if (errno != (int)DarwinErrno.EINTR)
            {
                break;
            }
        }

        length = 0;
        return ResultOf(errno);
    }

    /// <inheritdoc/>
    public UtunResult Send(ReadOnlySpan<byte> octets)
    {
        int errno = 0;
        for (int i = 0; i < MaxInterruptions; i++)
        {
            if (Interop.Libc.Send(_socket, in MemoryMarshal.GetReference(octets), (nuint)octets.Length, Interop.Darwin.MSG_DONTWAIT) >= 0)
            {
                return UtunResult.Done;
            }

            errno = Marshal.GetLastPInvokeError();
            if (errno != (int)DarwinErrno.EINTR)
            {
                break;
            }
        }

        return ResultOf(errno);
    }

    /// <inheritdoc/>
    public UtunEvents Wait(UtunEvents wanted)
    {
        Span<Interop.Darwin.PollFd> fds =
        [
            new() { fd = (int)_wakeRead.DangerousGetHandle(), events = Interop.Darwin.POLLIN },
            new() { fd = (int)_socket.DangerousGetHandle(), events = PollOf(wanted) },
        ];
        uint count = wanted == UtunEvents.None ? 1u : 2u; // a socket that is gone would end a wait for nothing at once
        if (Interop.Darwin.Poll(ref MemoryMarshal.GetReference(fds), count, timeout: -1) < 0)
        {
            return Marshal.GetLastPInvokeError() == (int)DarwinErrno.EINTR ? UtunEvents.None : throw UtunException.Last(Name, "poll");
        }

        if (fds[0].revents != 0)
        {
            Span<byte> wakes = stackalloc byte[64];
            _ = Interop.Libc.Read(_wakeRead, ref MemoryMarshal.GetReference(wakes), (nuint)wakes.Length);
        }

        return EventsOf(fds[1].revents) & wanted;
    }

    /// <inheritdoc/>
    public void Wake()
    {
        byte octet = 0;
        _ = Interop.Libc.Write(_wakeWrite, in octet, 1);
    }

    /// <summary>Closes all descriptors, and with them the interface; no wait may be under way.</summary>
    public void Dispose()
    {
        _socket.Dispose();
        _asking.Dispose();
        _wakeRead.Dispose();
        _wakeWrite.Dispose();
    }

    private static SafeFileHandle OpenSocket(int family, int protocol, string subject)
    {
        SafeFileHandle socket = Interop.Libc.Socket(family, Interop.Darwin.SOCK_DGRAM, protocol);
        if (socket.IsInvalid)
        {
            throw UtunException.Last(subject, "socket");
        }

        _ = Interop.Darwin.Ioctl(socket, (nuint)Interop.Darwin.FIOCLEX);
        return socket;
    }

    private static void Connect(SafeFileHandle socket, uint unit, string subject)
    {
        Interop.Darwin.CtlInfo info = default;
        Encoding.UTF8.GetBytes(Control, info.ctl_name);
        if (Interop.Darwin.Ioctl(socket, Interop.Darwin.CTLIOCGINFO, ref info) < 0)
        {
            throw UtunException.Last(subject, "CTLIOCGINFO");
        }

        var address = new Interop.Darwin.SockAddrCtl
        {
            sc_len = (byte)Unsafe.SizeOf<Interop.Darwin.SockAddrCtl>(),
            sc_family = Interop.Darwin.PF_SYSTEM,
            ss_sysaddr = Interop.Darwin.AF_SYS_CONTROL,
            sc_id = info.ctl_id,
            sc_unit = unit,
        };
        if (Interop.Darwin.Connect(socket, in address, address.sc_len) < 0)
        {
            throw UtunException.Last(subject, "connect");
        }
    }

    private static string NameOf(SafeFileHandle socket, string subject)
    {
        Span<byte> name = stackalloc byte[Interop.Darwin.IFNAMSIZ];
        uint length = (uint)name.Length;
        if (Interop.Darwin.GetSockOpt(
            socket, Interop.Darwin.SYSPROTO_CONTROL, Interop.Darwin.UTUN_OPT_IFNAME, ref MemoryMarshal.GetReference(name), ref length) < 0)
        {
            throw UtunException.Last(subject, "UTUN_OPT_IFNAME");
        }

        ReadOnlySpan<byte> octets = name[..(int)length];
        int end = octets.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? octets : octets[..end]);
    }

    private static (SafeFileHandle Read, SafeFileHandle Write) OpenPipe(string subject)
    {
        Span<int> ends = stackalloc int[2];
        if (Interop.Darwin.Pipe(ref MemoryMarshal.GetReference(ends)) < 0)
        {
            throw UtunException.Last(subject, "pipe");
        }

        var pipe = (Read: new SafeFileHandle(ends[0], ownsHandle: true), Write: new SafeFileHandle(ends[1], ownsHandle: true));
        _ = Interop.Darwin.Ioctl(pipe.Read, (nuint)Interop.Darwin.FIOCLEX);
        _ = Interop.Darwin.Ioctl(pipe.Write, (nuint)Interop.Darwin.FIOCLEX);
        return pipe;
    }

    private static short PollOf(UtunEvents wanted) => (short)(
        ((wanted & UtunEvents.Receive) != 0 ? Interop.Darwin.POLLIN : 0) | ((wanted & UtunEvents.Send) != 0 ? Interop.Darwin.POLLOUT : 0));

    private static UtunEvents EventsOf(short events) =>
        ((events & (Interop.Darwin.POLLIN | Broken)) != 0 ? UtunEvents.Receive : UtunEvents.None)
        | ((events & (Interop.Darwin.POLLOUT | Broken)) != 0 ? UtunEvents.Send : UtunEvents.None);
}
