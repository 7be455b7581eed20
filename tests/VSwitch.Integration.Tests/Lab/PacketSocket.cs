using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>Frames as they are, at an interface: what is sent goes out, what comes in is seen; own frames are not.</summary>
/// <remarks>
/// The kernel takes the outer VLAN tag off and tells it beside the frame (PACKET_AUXDATA): it is put back here. Source: packet(7), linux/if_packet.h.
/// </remarks>
internal sealed partial class PacketSocket : IDisposable
{
    private const int AF_PACKET = 17;
    private const int SOCK_RAW_CLOEXEC = 3 | 0x80000;
    private const int ETH_P_ALL = 3;
    private const int SOL_SOCKET = 1;
    private const int SO_RCVBUFFORCE = 33;
    private const int SOL_PACKET = 263;
    private const int PACKET_AUXDATA = 8;
    private const int PACKET_IGNORE_OUTGOING = 23;
    private const uint TP_STATUS_VLAN_VALID = 0x10;
    private const short POLLIN = 1;
    private const int EAGAIN = 11;
    private const int ENOBUFS = 105;
    private const int MSG_DONTWAIT = 0x40;
    private const int ReceiveBufferOctets = 32 << 20;

    private readonly SafeFileHandle _socket;
    private readonly byte[] _buffer = new byte[70_000];
    private readonly byte[] _control = new byte[256];

    private PacketSocket(SafeFileHandle socket) => _socket = socket;

    private int Fd => (int)_socket.DangerousGetHandle();

    internal static PacketSocket Open(TestNamespace ns, string name)
    {
        int index = ns.Link(name).Index;
        SafeFileHandle handle = ns.Run(() => new SafeFileHandle(socket(AF_PACKET, SOCK_RAW_CLOEXEC, 0), ownsHandle: true));
        Check(handle.IsInvalid ? -1 : 0, "socket(AF_PACKET)");
        PacketSocket opened = new(handle);
        opened.Set(SOL_SOCKET, SO_RCVBUFFORCE, ReceiveBufferOctets);
        opened.Set(SOL_PACKET, PACKET_AUXDATA, 1);
        opened.Set(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
        byte[] address = new byte[20]; // struct sockaddr_ll: family 2 | protocol 2 | index 4 | ...
        BitConverter.TryWriteBytes(address, (ushort)AF_PACKET);
        BinaryPrimitives.WriteUInt16BigEndian(address.AsSpan(2), ETH_P_ALL);
        BitConverter.TryWriteBytes(address.AsSpan(4), index);
        Check(bind(opened.Fd, address, (uint)address.Length), $"bind({name})");
        return opened;
    }

    /// <summary>Sends a frame; waits for room.</summary>
    internal void Send(ReadOnlySpan<byte> frame) => Check(TrySend(frame), "send");

    /// <summary>Sends a frame; nothing thrown when the interface is down or gone, nothing allocated.</summary>
    /// <returns>0, or the errno.</returns>
    internal int TrySend(ReadOnlySpan<byte> frame)
    {
        nint sent;
        do
        {
            sent = send(Fd, in MemoryMarshal.GetReference(frame), (nuint)frame.Length, 0);
        }
        while (sent < 0 && Marshal.GetLastPInvokeError() == ENOBUFS);
        return sent < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    /// <summary>The next frame that came in.</summary>
    /// <returns>Null when none came in time.</returns>
    internal byte[]? TryReceive(int timeoutMilliseconds)
    {
        PollFd one = new() { Fd = Fd, Events = POLLIN };
        return poll(ref one, 1, timeoutMilliseconds) <= 0 ? null : ReceiveNow();
    }

    /// <summary>The frames that come in until one is what was waited for, that one included.</summary>
    internal List<byte[]> ReceiveUntil(Predicate<byte[]> isIt, string what)
    {
        const int PollMilliseconds = 50;
        List<byte[]> frames = [];
        Stopwatch watch = Stopwatch.StartNew();
        while (frames.Count == 0 || !isIt(frames[^1]))
        {
            Assert.True(watch.Elapsed < Bounded.Limit, $"waited in vain for {what}; {frames.Count} other frames came");
            if (TryReceive(PollMilliseconds) is { } frame)
            {
                frames.Add(frame);
            }
        }

        return frames;
    }

    public void Dispose() => _socket.Dispose();

    private unsafe byte[]? ReceiveNow()
    {
        nint length;
        int tpid = 0;
        int tci = 0;

        // SAFETY: both buffers are pinned for as long as the kernel writes into them, and it is told how long they are.
        fixed (byte* octets = _buffer, control = _control)
        {
            IoVec vector = new() { Base = octets, Length = (nuint)_buffer.Length };
            MsgHdr message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = (nuint)_control.Length };
            length = recvmsg(Fd, &message, MSG_DONTWAIT);
            if (length >= 0)
            {
                (tpid, tci) = ReadTag(_control.AsSpan(0, (int)message.ControlLength));
            }
        }

        if (length < 0)
        {
            return Marshal.GetLastPInvokeError() == EAGAIN ? null : throw new Win32Exception(Marshal.GetLastPInvokeError(), "recvmsg");
        }

        ReadOnlySpan<byte> frame = _buffer.AsSpan(0, (int)length);
        return tpid == 0
            ? frame.ToArray()
            : [.. frame[..12], (byte)(tpid >> 8), (byte)tpid, (byte)(tci >> 8), (byte)tci, .. frame[12..]];
    }

    // struct cmsghdr: length 8 | level 4 | type 4; struct tpacket_auxdata: status 4 | len 4 | snaplen 4 | mac 2 | net 2 | tci 2 | tpid 2.
    private static (int Tpid, int Tci) ReadTag(ReadOnlySpan<byte> control)
    {
        const int Header = 16;
        while (control.Length >= Header)
        {
            int length = (int)MemoryMarshal.Read<long>(control);
            ReadOnlySpan<byte> data = control[Header..length];
            bool isAux = MemoryMarshal.Read<int>(control[8..]) == SOL_PACKET && MemoryMarshal.Read<int>(control[12..]) == PACKET_AUXDATA;
            if (isAux && (MemoryMarshal.Read<uint>(data) & TP_STATUS_VLAN_VALID) != 0)
            {
                return (MemoryMarshal.Read<ushort>(data[18..]), MemoryMarshal.Read<ushort>(data[16..]));
            }

            control = control[Math.Min(control.Length, (length + 7) & ~7)..];
        }

        return default;
    }

    private void Set(int level, int option, int value) => Check(setsockopt(Fd, level, option, ref value, sizeof(int)), $"setsockopt({option})");

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new Win32Exception(result < 0 ? Marshal.GetLastPInvokeError() : result, what);
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Revents;
    }

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct IoVec
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct MsgHdr
    {
        public void* Name;
        public uint NameLength;
        public IoVec* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int fd, byte[] address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int option, ref int value, uint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, ref readonly byte buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recvmsg(int fd, MsgHdr* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(ref PollFd fds, nuint count, int timeout);
}
