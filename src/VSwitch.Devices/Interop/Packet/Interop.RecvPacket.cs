using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        private const int ControlHeader = 16;              // struct cmsghdr: length 8 | level 4 | type 4

        // For a burst, under a lease of the handle; errno by Marshal.GetLastSystemError at once after.
        [LibraryImport(Library, EntryPoint = "recvmsg")]
        private static partial nint RecvMsg(int socket, ref MsgHdr message, int flags);

        /// <summary>Receives one frame from a packet socket.</summary>
        /// <param name="socket">Leased.</param>
        /// <param name="vnetHeader">What stands in front of the frame with PACKET_VNET_HDR; empty without.</param>
        /// <param name="frame">Where the frame goes; it is cut to this (MSG_TRUNC in <paramref name="messageFlags"/>).</param>
        /// <param name="from">Where it came from.</param>
        /// <param name="aux">What PACKET_AUXDATA says of it; zero without.</param>
        /// <param name="messageFlags">MSG_ flags.</param>
        /// <returns>Octets, those of the header included; -1 with errno set.</returns>
        internal static unsafe nint RecvPacket(
            int socket, Span<byte> vnetHeader, Span<byte> frame, out SockAddrLl from, out TPacketAuxData aux, out int messageFlags)
        {
            from = default;
            aux = default;
            PacketControl control = default;
            Span<byte> controlOctets = control;

            // SAFETY: all that the message points to stays fixed, or is on this stack, until the call returns, and has the lengths given with it.
            fixed (byte* headerData = vnetHeader, data = frame)
            fixed (SockAddrLl* name = &from)
            {
                IoVec* vectors = stackalloc IoVec[2];
                vectors[0] = new() { iov_base = (nint)headerData, iov_len = (nuint)vnetHeader.Length };
                vectors[1] = new() { iov_base = (nint)data, iov_len = (nuint)frame.Length };
                bool hasHeader = vnetHeader.Length != 0;
                MsgHdr message = new()
                {
                    msg_name = (nint)name,
                    msg_namelen = SockAddrLl.Length,
                    msg_iov = (nint)(hasHeader ? vectors : vectors + 1),
                    msg_iovlen = hasHeader ? 2u : 1u,
                    msg_control = (nint)Unsafe.AsPointer(ref controlOctets[0]),
                    msg_controllen = (nuint)controlOctets.Length,
                };
                nint length = RecvMsg(socket, ref message, MSG_DONTWAIT);
                messageFlags = message.msg_flags;
                if (length >= 0 && message.msg_controllen >= (nuint)(ControlHeader + sizeof(TPacketAuxData))
                    && MemoryMarshal.Read<int>(controlOctets[8..]) == SOL_PACKET && MemoryMarshal.Read<int>(controlOctets[12..]) == PACKET_AUXDATA)
                {
                    aux = MemoryMarshal.Read<TPacketAuxData>(controlOctets[ControlHeader..]);
                }

                return length;
            }
        }
    }
}
