using System.Buffers;
using System.Runtime.InteropServices;
using VSwitch.Frames;

namespace VSwitch.Devices.Packet;

/// <summary>The way out: bursts of frames into a packet socket, one sendmmsg for up to 64.</summary>
/// <remarks>Source: packet_snd in net/packet/af_packet.c, for which error means what.</remarks>
internal sealed class PacketSender(PacketLink link, bool offload)
{
    private const int MaxInterruptions = 16;

    // Sending is for any number of threads, and a vector for one at a time.
    [ThreadStatic]
    private static Interop.Libc.SendVector? t_vector;

    private static Interop.Libc.SendVector Vector => t_vector ??= new();

    /// <summary>Sends frames of a batch, each with its offload description.</summary>
    internal int Send(int fd, FrameBatch batch, ReadOnlySpan<int> which)
    {
        Interop.Libc.SendVector vector = Vector;
        int sent = 0;
        while (sent < which.Length)
        {
            int count = Math.Min(which.Length - sent, Interop.Libc.SendVector.Capacity);
            for (int i = 0; i < count; i++)
            {
                int index = which[sent + i];
                if (offload)
                {
                    OffloadInfo description = batch[index].Offload;
                    vector.Set(i, batch.Octets(index), in description); // a batch never moves
                }
                else
                {
                    vector.Set(i, batch.Octets(index));
                }
            }

            int taken = Send(fd, vector, count, out Errno error);
            sent += taken;
            if (taken < count)
            {
                batch.Refusal = Refuse(error);
                return sent;
            }
        }

        return sent;
    }

    /// <summary>Sends finished frames that lie in one memory.</summary>
    internal int Send(int fd, ReadOnlyMemory<byte> memory, ReadOnlySpan<FrameExtent> frames, out DropReason refusal)
    {
        Interop.Libc.SendVector vector = Vector;
        refusal = DropReason.None;
        int sent = 0;
        while (sent < frames.Length)
        {
            int count = Math.Min(frames.Length - sent, Interop.Libc.SendVector.Capacity);
            int taken = Send(fd, vector, memory, frames.Slice(sent, count), out Errno error);
            sent += taken;
            if (taken < count)
            {
                refusal = Refuse(error);
                break;
            }
        }

        return sent;
    }

    private int Send(int fd, Interop.Libc.SendVector vector, ReadOnlyMemory<byte> memory, ReadOnlySpan<FrameExtent> frames, out Errno error)
    {
        using MemoryHandle hold = memory.Pin();
        for (int i = 0; i < frames.Length; i++)
        {
            ReadOnlySpan<byte> octets = memory.Span.Slice(frames[i].Offset, frames[i].Length);
            if (offload)
            {
                vector.Set(i, octets, default);
            }
            else
            {
                vector.Set(i, octets);
            }
        }

        return Send(fd, vector, frames.Length, out error);
    }

    // A call that took some says nothing of why it took no more: the next one does.
    private static int Send(int fd, Interop.Libc.SendVector vector, int count, out Errno error)
    {
        error = Errno.None;
        bool wasDown = false;
        int sent = 0;
        int interruptions = 0;
        while (sent < count)
        {
            int taken = vector.Send(fd, sent, count - sent);
            if (taken > 0)
            {
                sent += taken;
                continue;
            }

            error = (Errno)Marshal.GetLastSystemError();
            if (error == Errno.ENETDOWN && !wasDown)
            {
                wasDown = true; // may be an old story: told once, of an interface that has come up since
            }
            else if (error != Errno.EINTR || ++interruptions > MaxInterruptions)
            {
                break;
            }
        }

        return sent;
    }

    private DropReason Refuse(Errno error)
    {
        switch (error)
        {
            case Errno.EAGAIN or Errno.EINTR or Errno.ENOBUFS or Errno.ENOMEM:
                return DropReason.EgressFull;
            case Errno.ENETDOWN:
                return DropReason.LinkDown;
            case Errno.EMSGSIZE:
                return DropReason.Oversize;
            case Errno.ENXIO or Errno.ENODEV or Errno.EBADF:
                link.Vanish();
                return DropReason.LinkDown;
            default:
                return DropReason.DeviceRefused;
        }
    }
}
