using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        /// <summary>Many writes in one system call (io_uring). For the thread that made it.</summary>
        /// <remarks>
        /// Nothing is left under way: no write waits (RWF_NOWAIT; O_NONBLOCK alone would have the kernel try again later), and each call ends when all of its writes have.
        /// Source: io_uring_setup(2), io_uring_enter(2).
        /// </remarks>
        internal sealed unsafe class WriteRing : IDisposable
        {
            /// <summary>Writes of one call.</summary>
            internal const int Capacity = 64;

            private const int MaxCalls = Capacity + 16; // each submits or completes something, unless a signal ends it

            private static volatile bool s_isRefused;

            private readonly int[] _results = new int[Capacity];
            private readonly SafeFileHandle _ring;
            private readonly SharedMapping _queues;
            private readonly SharedMapping _entries;
            private readonly nint _fd;
            private readonly IoUringSqe* _sqes;
            private readonly uint* _submissionTail;
            private readonly uint _submissionMask;
            private readonly IoUringCqe* _cqes;
            private readonly uint* _completionHead;
            private readonly uint* _completionTail;
            private readonly uint _completionMask;

            private WriteRing(SafeFileHandle ring, SharedMapping queues, SharedMapping entries, in IoUringParams parameters)
            {
                (_ring, _queues, _entries) = (ring, queues, entries);
                _fd = ring.DangerousGetHandle(); // owned: closed with this object

                // SAFETY: the kernel says where in the mappings each part lies; they live as long as this object.
                byte* memory = (byte*)queues.DangerousGetHandle();
                _sqes = (IoUringSqe*)entries.DangerousGetHandle();
                _submissionTail = (uint*)(memory + parameters.sq_off.tail);
                _submissionMask = *(uint*)(memory + parameters.sq_off.ring_mask);
                _completionHead = (uint*)(memory + parameters.cq_off.head);
                _completionTail = (uint*)(memory + parameters.cq_off.tail);
                _completionMask = *(uint*)(memory + parameters.cq_off.ring_mask);
                _cqes = (IoUringCqe*)(memory + parameters.cq_off.cqes);
                uint* places = (uint*)(memory + parameters.sq_off.array);
                for (uint i = 0; i <= _submissionMask; i++)
                {
                    places[i] = i;
                    _sqes[i] = new IoUringSqe { opcode = IORING_OP_WRITE, rw_flags = RWF_NOWAIT };
                }
            }

            /// <summary>Makes a ring for this thread.</summary>
            /// <returns>Null where the kernel has none, or does not let us; it is not asked a second time.</returns>
            internal static WriteRing? TryCreate()
            {
                if (s_isRefused)
                {
                    return null;
                }

                uint[] attempts = [IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN, 0];
                foreach (uint flags in attempts)
                {
                    IoUringParams parameters = new() { flags = flags };
                    SafeFileHandle ring = IoUringSetup(Capacity, ref parameters);
                    if (!ring.IsInvalid && TryMap(ring, in parameters) is { } made)
                    {
                        return made;
                    }

                    ring.Dispose();
                }

                s_isRefused = true;
                return null;
            }

            private static WriteRing? TryMap(SafeFileHandle ring, in IoUringParams parameters)
            {
                if ((parameters.features & IORING_FEAT_SINGLE_MMAP) == 0)
                {
                    return null; // before Linux 5.4
                }

                nuint length = Math.Max(
                    parameters.sq_off.array + (parameters.sq_entries * sizeof(uint)),
                    parameters.cq_off.cqes + (parameters.cq_entries * (uint)sizeof(IoUringCqe)));
                SharedMapping queues = new(ring, length, IORING_OFF_SQ_RING);
                SharedMapping entries = new(ring, parameters.sq_entries * (nuint)sizeof(IoUringSqe), IORING_OFF_SQES);
                if (!queues.IsInvalid && !entries.IsInvalid)
                {
                    return new WriteRing(ring, queues, entries, in parameters);
                }

                queues.Dispose();
                entries.Dispose();
                return null;
            }

            /// <summary>Sets a write of the next call.</summary>
            /// <param name="index">Which; from 0 on, without a gap.</param>
            /// <param name="fd">Leased.</param>
            /// <param name="octets">In memory that does not move.</param>
            internal void Set(int index, int fd, ReadOnlySpan<byte> octets)
            {
                // SAFETY: inside the mapping by the mask; the caller holds the octets where they are until the call has ended.
                IoUringSqe* entry = _sqes + ((*_submissionTail + (uint)index) & _submissionMask);
                entry->fd = fd;
                entry->addr = (ulong)Unsafe.AsPointer(ref MemoryMarshal.GetReference(octets));
                entry->len = (uint)octets.Length;
                entry->user_data = (ulong)index;
            }

            /// <summary>Does the writes, in order, and waits for their ends.</summary>
            /// <param name="count">How many were set.</param>
            /// <returns>Of each, what write(2) would have returned, or minus its errno: -EAGAIN for what would have waited or was not done, -EOPNOTSUPP for a descriptor that can't say so.</returns>
            internal ReadOnlySpan<int> Write(int count)
            {
                Span<int> results = _results.AsSpan(0, count);
                results.Fill(-(int)Errno.EAGAIN);

                // SAFETY: pointers into the mappings, see the constructor.
                Volatile.Write(ref *_submissionTail, *_submissionTail + (uint)count);
                int submitted = 0;
                int completed = 0;
                for (int calls = 0; completed < count && calls < MaxCalls; calls++)
                {
                    nint taken = IoUringEnter(SYS_io_uring_enter, _fd, count - submitted, count - completed, (nint)IORING_ENTER_GETEVENTS, 0, 0);
                    if (taken < 0 && Marshal.GetLastPInvokeError() is not (int)Errno.EINTR)
                    {
                        break;
                    }

                    submitted += (int)Math.Max(taken, 0);
                    completed += Reap(results);
                }

                Volatile.Write(ref *_submissionTail, *_submissionTail - (uint)(count - submitted)); // what the kernel did not take is not left for the next call
                return results;
            }

            private int Reap(Span<int> results)
            {
                // SAFETY: as above. The kernel's index is its own: what it says of writes that are not ours is left out.
                uint head = *_completionHead;
                uint tail = Volatile.Read(ref *_completionTail);
                int count = 0;
                for (; head != tail; head++, count++)
                {
                    IoUringCqe* entry = _cqes + (head & _completionMask);
                    if (entry->user_data < (ulong)results.Length)
                    {
                        results[(int)entry->user_data] = entry->res;
                    }
                }

                Volatile.Write(ref *_completionHead, head);
                return count;
            }

            /// <inheritdoc/>
            public void Dispose()
            {
                _entries.Dispose();
                _queues.Dispose();
                _ring.Dispose();
            }
        }
    }
}
