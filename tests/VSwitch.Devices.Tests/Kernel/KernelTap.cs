using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices.Tests.Kernel;

/// <summary>A TAP, or a TUN, for tests that ask the kernel: blocking nothing, hiding nothing, and independent of the product's own interop.</summary>
/// <remarks>Numbers: linux/if_tun.h, linux/if.h, linux/sockios.h, x86-64 and arm64.</remarks>
internal sealed partial class KernelTap : IDisposable
{
    public const int VnetHeaderOctets = 12;
    public const int EINVAL = 22;

    private const int O_RDWR = 2, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000;
    private const short IFF_TUN = 1, IFF_TAP = 2, IFF_NO_PI = 0x1000, IFF_VNET_HDR = 0x4000, IFF_UP = 1;
    private const uint TUNSETIFF = 0x400454CA, TUNSETOFFLOAD = 0x400454D0, TUNSETVNETHDRSZ = 0x400454D8, TUNSETVNETLE = 0x400454DC;
    private const uint TUN_F_CSUM = 1, TUN_F_TSO4 = 2, TUN_F_TSO6 = 4, TUN_F_TSO_ECN = 8, TUN_F_USO4 = 0x20, TUN_F_USO6 = 0x40;
    private const uint SIOCSIFFLAGS = 0x8914, SIOCSIFMTU = 0x8922, SIOCSIFTXQLEN = 0x8943, SIOCGIFINDEX = 0x8933;
    private const uint SIOCBRADDBR = 0x89A0, SIOCBRADDIF = 0x89A2;
    private const int AF_INET = 2, SOCK_DGRAM = 2, CLONE_NEWNET = 0x40000000;
    private const int NameOctets = 16, IfReqOctets = 40;
    private const short POLLIN = 1;
    private const int QueueFrames = 10_000;
    private const int MtuOctets = 65_521; // the most that a TAP takes: what leaves uncut is not dropped for its length

    private readonly SafeFileHandle _fd;

    private KernelTap(SafeFileHandle fd) => _fd = fd;

    /// <summary>Why no TAP can be made here, and what helps; null when one can.</summary>
    public static string? Obstacle =>
        !File.Exists("/dev/net/tun") ? "no /dev/net/tun: load the module tun, or pass the device into the container"
        : !Environment.IsPrivilegedProcess ? "a TAP needs CAP_NET_ADMIN: run the tests as root"
        : null;

    /// <summary>Runs <paramref name="action"/> on a thread that has a network namespace of its own and then ends.</summary>
    /// <remarks>The namespace ends with the last descriptor that was opened in it.</remarks>
    public static void InNewNamespace(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Check(unshare(CLONE_NEWNET), "unshare(CLONE_NEWNET)");
                action();
            }
            catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    /// <summary>Makes a TAP in the namespace of the calling thread and sets it up.</summary>
    /// <param name="name">Of the interface.</param>
    /// <param name="vnetHeader">With virtio_net_hdr (12 octets, little-endian) and all offloads, or with neither.</param>
    /// <param name="bareIp">A TUN.</param>
    public static KernelTap Open(string name, bool vnetHeader, bool bareIp = false)
    {
        int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
        Check(fd, "open(/dev/net/tun)");
        var tap = new KernelTap(new SafeFileHandle(fd, ownsHandle: true));
        short flags = (short)((bareIp ? IFF_TUN : IFF_TAP) | IFF_NO_PI | (vnetHeader ? IFF_VNET_HDR : 0));
        Check(ioctl(fd, TUNSETIFF, IfReq(name, flags)), "TUNSETIFF");
        if (vnetHeader)
        {
            int size = VnetHeaderOctets, littleEndian = 1;
            Check(ioctl(fd, TUNSETVNETHDRSZ, ref size), "TUNSETVNETHDRSZ");
            Check(ioctl(fd, TUNSETVNETLE, ref littleEndian), "TUNSETVNETLE");
            nuint offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN | TUN_F_USO4 | TUN_F_USO6;
            Check(ioctl(fd, TUNSETOFFLOAD, offloads), "TUNSETOFFLOAD");
        }

        using SafeFileHandle socket = OpenSocket();
        Configure(socket, SIOCSIFTXQLEN, IfReq(name, QueueFrames), "SIOCSIFTXQLEN");
        Configure(socket, SIOCSIFMTU, IfReq(name, MtuOctets), "SIOCSIFMTU");
        Configure(socket, SIOCSIFFLAGS, IfReq(name, IFF_UP), "SIOCSIFFLAGS");
        return tap;
    }

    /// <summary>Makes a bridge in the namespace of the calling thread and plugs the interfaces into it.</summary>
    public static void Bridge(string name, params string[] ports)
    {
        using SafeFileHandle socket = OpenSocket();
        Configure(socket, SIOCBRADDBR, IfReq(name, 0), "SIOCBRADDBR");
        Configure(socket, SIOCSIFFLAGS, IfReq(name, IFF_UP), "SIOCSIFFLAGS");
        foreach (string port in ports)
        {
            byte[] request = IfReq(port, 0);
            Configure(socket, SIOCGIFINDEX, request, "SIOCGIFINDEX");
            Encoding.ASCII.GetBytes(name.PadRight(NameOctets, '\0'), request);
            Configure(socket, SIOCBRADDIF, request, "SIOCBRADDIF");
        }
    }

    /// <summary>Writes a frame, behind <paramref name="vnetHeader"/> when the TAP has one.</summary>
    /// <returns>0, or the errno.</returns>
    public int Write(ReadOnlySpan<byte> vnetHeader, ReadOnlySpan<byte> frame)
    {
        byte[] octets = [.. vnetHeader, .. frame];
        nint written = write(Fd, octets, (nuint)octets.Length);
        return written < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>Reads a frame, with its vnet header when the TAP has one.</summary>
    /// <returns>Null when none came in time.</returns>
    public byte[]? Read(int timeoutMilliseconds)
    {
        var poll = new PollFd { Fd = Fd, Events = POLLIN };
        if (KernelTap.poll(ref poll, 1, timeoutMilliseconds) <= 0)
        {
            return null;
        }

        var octets = new byte[70_000];
        nint count = read(Fd, octets, (nuint)octets.Length);
        return count <= 0 ? null : octets[..(int)count];
    }

    public void Dispose() => _fd.Dispose();

    private int Fd => (int)_fd.DangerousGetHandle();

    private static SafeFileHandle OpenSocket()
    {
        int fd = socket(AF_INET, SOCK_DGRAM, 0);
        Check(fd, "socket");
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    private static void Configure(SafeFileHandle socket, uint request, byte[] ifreq, string what) =>
        Check(ioctl((int)socket.DangerousGetHandle(), request, ifreq), what);

    // struct ifreq: the name, then a union of which the front 4 octets are used here.
    private static byte[] IfReq(string name, int value)
    {
        var request = new byte[IfReqOctets];
        Encoding.ASCII.GetBytes(name, request);
        BitConverter.TryWriteBytes(request.AsSpan(NameOctets), value);
        return request;
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
        {
            throw new System.ComponentModel.Win32Exception(Marshal.GetLastPInvokeError(), what);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Revents;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, byte[] ifreq);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, ref int value);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, nuint value);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte[] octets, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte[] octets, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref PollFd fds, nuint count, int timeout);
}
