using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VSwitch.Frames;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        // For a burst, under a lease of the handle; errno by Marshal.GetLastSystemError at once after.
        [LibraryImport(Library, EntryPoint = "sendmmsg")]
        private static partial int SendMmsg(int socket, ref MMsgHdr messages, uint count, int flags);

        /// <summary>struct mmsghdr, bits/socket.h.</summary>
        [StructLayout(LayoutKind.Sequential)]
        private struct MMsgHdr
        {
            internal MsgHdr msg_hdr;
            internal uint msg_len;
        }

        /// <summary>The messages of one sendmmsg: frames where they lie, each with a virtio_net_hdr in front of it where that is wished. For one thread at a time.</summary>
        internal sealed class SendVector
        {
            /// <summary>Frames of one call.</summary>
            internal const int Capacity = 64;

            /// <summary>Octets of struct virtio_net_hdr, without num_buffers: what a packet socket takes and gives unless it is told otherwise.</summary>
            internal const int VnetHeaderLength = 10;

            private readonly MMsgHdr[] _messages = GC.AllocateArray<MMsgHdr>(Capacity, pinned: true);
            private readonly IoVec[] _vectors = GC.AllocateArray<IoVec>(2 * Capacity, pinned: true);
            private readonly byte[] _headers = GC.AllocateArray<byte>(OffloadInfo.Length * Capacity, pinned: true);

            internal unsafe SendVector()
            {
                for (int i = 0; i < Capacity; i++)
                {
                    // SAFETY: the arrays are pinned and live as long as this object.
                    _vectors[2 * i] = new() { iov_base = (nint)Unsafe.AsPointer(ref _headers[i * OffloadInfo.Length]), iov_len = VnetHeaderLength };
                }
            }

            /// <summary>Sets a message.</summary>
            /// <param name="index">Which.</param>
            /// <param name="frame">In memory that is pinned or fixed until <see cref="Send"/> has returned.</param>
            internal unsafe void Set(int index, ReadOnlySpan<byte> frame)
            {
                // SAFETY: the caller holds the memory where it is, see above; the arrays are pinned.
                _vectors[(2 * index) + 1] = new() { iov_base = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(frame)), iov_len = (nuint)frame.Length };
                ref MsgHdr message = ref _messages[index].msg_hdr;
                message.msg_iov = (nint)Unsafe.AsPointer(ref _vectors[(2 * index) + 1]);
                message.msg_iovlen = 1;
            }

            /// <inheritdoc cref="Set(int, ReadOnlySpan{byte})"/>
            /// <param name="index"/>
            /// <param name="frame"/>
            /// <param name="offload">What is left to do on it.</param>
            internal unsafe void Set(int index, ReadOnlySpan<byte> frame, in OffloadInfo offload)
            {
                Set(index, frame);
                offload.Write(_headers.AsSpan(index * OffloadInfo.Length));
                ref MsgHdr message = ref _messages[index].msg_hdr;

                // SAFETY: as above.
                message.msg_iov = (nint)Unsafe.AsPointer(ref _vectors[2 * index]);
                message.msg_iovlen = 2;
            }

            /// <summary>Sends some of the messages.</summary>
            /// <param name="socket">Leased.</param>
            /// <param name="from">The first message.</param>
            /// <param name="count">At least 1.</param>
            /// <returns>How many went, at least one; or -1 with errno set.</returns>
            internal int Send(int socket, int from, int count)
            {
                ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(from + count), (uint)Capacity, nameof(count));

                return SendMmsg(socket, ref _messages[from], (uint)count, MSG_DONTWAIT);
            }
        }
    }
}
