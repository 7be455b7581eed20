using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices.Netlink;

/// <summary>A NETLINK_ROUTE socket: requests and their answers, or notifications.</summary>
/// <remarks>
/// It belongs for good to the namespace of the thread that opens it, and keeps that namespace alive until it is closed: open, use, close.
/// One thread at a time. Source: netlink(7).
/// </remarks>
internal sealed class NetlinkSocket : IDisposable
{
    private const int BufferLength = 64 * 1024;
    private const int ErrorMessageAttribute = 1; // NLMSGERR_ATTR_MSG
    private const int AcknowledgementLength = sizeof(int) + NetlinkWriter.HeaderLength;

    private readonly SafeFileHandle _socket;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferLength); // most sockets live for a request or two
    private uint _sequence;
    private bool _disposed;

    /// <param name="groups">Multicast groups below 32 as bits (RTMGRP_LINK = 1).</param>
    internal NetlinkSocket(uint groups = 0)
    {
        _socket = Interop.Libc.Socket(
            Interop.Libc.AF_NETLINK, Interop.Libc.SOCK_RAW | Interop.Libc.SOCK_CLOEXEC, Interop.Libc.NETLINK_ROUTE);
        if (_socket.IsInvalid)
        {
            throw LinuxException.Last("netlink", "socket");
        }

        Interop.Libc.SockAddrNl address = new() { nl_family = Interop.Libc.AF_NETLINK, nl_groups = groups };
        if (Interop.Libc.Bind(_socket, ref address, 12) < 0)
        {
            LinuxException error = LinuxException.Last("netlink", "bind");
            _socket.Dispose();
            throw error;
        }

        _ = TrySetOption(Interop.Libc.NETLINK_EXT_ACK, 1);
    }

    internal SafeFileHandle Handle => _socket;

    /// <summary>Sets an option of SOL_NETLINK.</summary>
    /// <returns>False with errno set when the kernel refuses.</returns>
    internal bool TrySetOption(int option, int value) =>
        Interop.Libc.SetSockOpt(_socket, Interop.Libc.SOL_NETLINK, option, ref value, sizeof(int)) == 0;

    /// <summary>Sends a request and waits for its end.</summary>
    /// <param name="request">Built with <see cref="NetlinkFlags.Acknowledge"/>.</param>
    /// <param name="reply">What followed the header of the answer, if there was one besides the acknowledgement; valid until the next call.</param>
    /// <param name="detail">What the kernel said in words, if anything.</param>
    internal Errno Request(NetlinkWriter request, out ReadOnlySpan<byte> reply, out string? detail)
    {
        reply = default;
        detail = null;
        uint sequence = ++_sequence;
        Span<byte> message = request.Finish(sequence);
        if (Interop.Libc.Send(_socket, in message[0], (nuint)message.Length, 0) < 0)
        {
            return (Errno)Marshal.GetLastPInvokeError();
        }

        int replyStart = 0;
        int replyLength = 0;
        while (true)
        {
            // The answer goes behind the one before it, so that the acknowledgement does not overwrite it.
            int free = replyStart + replyLength;
            nint length = Interop.Libc.RecvMsg(_socket, _buffer.AsSpan(free), default, 0, out _, out _);
            if (length < 0)
            {
                if (Marshal.GetLastPInvokeError() == (int)Errno.EINTR)
                {
                    continue;
                }

                return (Errno)Marshal.GetLastPInvokeError();
            }

            NetlinkReader reader = new(_buffer.AsSpan(free, (int)length));
            while (reader.MoveNext())
            {
                if (reader.Sequence != sequence)
                {
                    continue;
                }

                if (reader.Type is RtMessage.Error or RtMessage.Done)
                {
                    reply = _buffer.AsSpan(replyStart, replyLength);
                    return ReadError(reader.Payload, out detail);
                }

                _buffer.AsSpan(free).Overlaps(reader.Payload, out replyStart);
                replyStart += free;
                replyLength = reader.Payload.Length;
            }
        }
    }

    /// <summary>Receives one datagram of notifications, without waiting.</summary>
    /// <param name="namespaceId">Whose they are, from the receiver's view; -1 for the receiver's own namespace.</param>
    /// <param name="error">Why nothing was received: EAGAIN there is nothing, ENOBUFS some were lost.</param>
    /// <returns>Valid until the next call.</returns>
    internal ReadOnlySpan<byte> TryReceive(out int namespaceId, out Errno error)
    {
        // struct cmsghdr: length 8 | level 4 | type 4 | data.
        const int ControlHeader = 16;
        Span<byte> control = stackalloc byte[64];
        namespaceId = -1;
        error = Errno.None;
        nint length = Interop.Libc.RecvMsg(
            _socket, _buffer, control, Interop.Libc.MSG_DONTWAIT, out int controlLength, out int flags);
        if (length < 0)
        {
            error = (Errno)Marshal.GetLastPInvokeError();
            return default;
        }

        if ((flags & Interop.Libc.MSG_TRUNC) != 0)
        {
            error = Errno.ENOBUFS;
            return default;
        }

        if (controlLength >= ControlHeader + sizeof(int)
            && MemoryMarshal.Read<int>(control[8..]) == Interop.Libc.SOL_NETLINK
            && MemoryMarshal.Read<int>(control[12..]) == Interop.Libc.NETLINK_LISTEN_ALL_NSID)
        {
            namespaceId = MemoryMarshal.Read<int>(control[ControlHeader..]);
        }

        return _buffer.AsSpan(0, (int)length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        if (!_disposed)
        {
            _disposed = true;
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }

    private static Errno ReadError(ReadOnlySpan<byte> payload, out string? detail)
    {
        detail = null;
        if (payload.Length < sizeof(int))
        {
            return Errno.EPROTO;
        }

        Errno errno = (Errno)(-MemoryMarshal.Read<int>(payload));
        if (errno != Errno.None && payload.Length >= AcknowledgementLength)
        {
            // struct nlmsgerr: error 4 | the request's header | the rest of the request | attributes.
            int request = (MemoryMarshal.Read<int>(payload[sizeof(int)..]) + 3) & ~3;
            AttributeReader attributes = new(request >= NetlinkWriter.HeaderLength && request <= payload.Length - sizeof(int)
                ? payload[(sizeof(int) + request)..]
                : default);
            while (attributes.MoveNext())
            {
                if (attributes.Type == ErrorMessageAttribute)
                {
                    detail = attributes.Text;
                }
            }
        }

        return errno;
    }
}
