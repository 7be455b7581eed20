using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Devices.Packet;

/// <summary>The way in: bursts of frames out of a packet socket, with the VLAN tags that the kernel took off put back.</summary>
/// <remarks>
/// Before a packet socket sees a frame, the kernel has moved its outermost tag beside it (skb_vlan_untag in net/core/dev.c); PACKET_AUXDATA tells it. The
/// octets in front of it go forward into the headroom and the tag comes behind them, so that the frame is what was on the wire.
/// </remarks>
internal sealed class PacketReceiver(PacketLink link, bool offload)
{
    /// <summary>Octets of headroom that a tag needs.</summary>
    internal const int TagLength = VlanTag.Length;

    private const int AddressOctets = 12;
    private const int MaxSkipped = 256;             // of frames that are not for us, in one burst
    private const int MaxInterruptions = 16;
    private const int HeaderLength = Interop.Libc.SendVector.VnetHeaderLength;

    /// <summary>Receives what is there.</summary>
    internal int Receive(int fd, FrameBatch batch)
    {
        Span<byte> header = stackalloc byte[OffloadInfo.Length];
        header.Clear();
        int count = 0;
        int octets = 0;
        for (int skipped = 0; octets < FrameBatch.BurstOctets && batch.Free > 0 && skipped < MaxSkipped;)
        {
            Span<byte> place = batch.NextSlot()[FrameBatch.Headroom..];
            int length = Receive(fd, offload ? header[..HeaderLength] : default, place, out byte direction, out Interop.Libc.TPacketAuxData aux, out bool isCut);
            if (length < 0)
            {
                break;
            }

            // PACKET_IGNORE_OUTGOING keeps them away; a looped copy of a multicast still bears the mark.
            if (direction == Interop.Libc.PACKET_OUTGOING)
            {
                skipped++;
                continue;
            }

            Append(batch, length, in aux, offload ? OffloadInfo.Read(header) : default, isCut);
            octets += length;
            count++;
        }

        return count;
    }

    private static void Append(FrameBatch batch, int length, in Interop.Libc.TPacketAuxData aux, OffloadInfo description, bool isCut)
    {
        bool isTagged = (aux.tp_status & Interop.Libc.TP_STATUS_VLAN_VALID) != 0 && length >= AddressOctets;
        bool fits = true;
        int added = 0;
        if (isTagged)
        {
            Span<byte> front = batch.NextSlot()[(FrameBatch.Headroom - TagLength)..];
            front.Slice(TagLength, AddressOctets).CopyTo(front);
            ushort tpid = (aux.tp_status & Interop.Libc.TP_STATUS_VLAN_TPID_VALID) != 0 ? aux.tp_vlan_tpid : (ushort)EtherType.CustomerVlan;
            BinaryPrimitives.WriteUInt16BigEndian(front[AddressOctets..], tpid);
            BinaryPrimitives.WriteUInt16BigEndian(front[(AddressOctets + sizeof(ushort))..], aux.tp_vlan_tci);
            added = TagLength;
            fits = description.TryMove(added);
        }

        ref FrameMetadata frame = ref batch.Append(length + added, FrameBatch.Headroom - added);
        frame.Offload = description;
        if (isCut || !fits)
        {
            frame.Drop = isCut ? DropReason.Truncated : DropReason.BadOffload;
        }
    }

    // Octets of the frame, or -1: nothing there, or an error that the next burst will tell again if it lasts.
    private int Receive(
        int fd, Span<byte> header, Span<byte> place, out byte direction, out Interop.Libc.TPacketAuxData aux, out bool isCut)
    {
        for (int i = 0; i < MaxInterruptions; i++)
        {
            nint length = Interop.Libc.RecvPacket(fd, header, place, out Interop.Libc.SockAddrLl from, out aux, out int flags);
            if (length >= header.Length)
            {
                direction = from.sll_pkttype;
                isCut = (flags & Interop.Libc.MSG_TRUNC) != 0;
                return (int)length - header.Length;
            }

            Errno error = length >= 0 ? Errno.EAGAIN : (Errno)Marshal.GetLastSystemError();
            if (error is Errno.EBADF or Errno.ENXIO or Errno.ENODEV)
            {
                link.Vanish();
                break;
            }

            // ENETDOWN is told once when the interface goes down; what came before it is still there.
            if (error is not (Errno.EINTR or Errno.ENETDOWN))
            {
                break;
            }
        }

        (direction, aux, isCut) = (0, default, false);
        return -1;
    }
}
