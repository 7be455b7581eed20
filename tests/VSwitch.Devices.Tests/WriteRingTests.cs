using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VSwitch.Devices.Tests;

public class WriteRingTests
{
    private readonly byte[] _octets = GC.AllocateArray<byte>(sizeof(ulong) * Interop.Libc.WriteRing.Capacity, pinned: true);

    [Fact]
    public void Write_ManyTimes_DoesEachWriteOnce()
    {
        using Interop.Libc.WriteRing ring = Ring();
        using SafeFileHandle counter = Counter();
        long expected = 0;
        for (int round = 0; round < 1000; round++)
        {
            int count = 1 + (round % Interop.Libc.WriteRing.Capacity); // the ring's indexes go round at every place
            for (int i = 0; i < count; i++)
            {
                Set(ring, i, counter, (ulong)i);
                expected += i;
            }

            Assert.All(ring.Write(count).ToArray(), result => Assert.Equal(sizeof(ulong), result));
        }

        Assert.Equal(expected, Read(counter));
    }

    [Fact]
    public void Write_SomeThatFail_TellsOfEach()
    {
        using Interop.Libc.WriteRing ring = Ring();
        using SafeFileHandle counter = Counter();
        SafeFileHandle closed = Counter();
        int number = (int)closed.DangerousGetHandle();
        Set(ring, 0, counter, 1);
        Set(ring, 1, counter, ulong.MaxValue); // which an eventfd does not take
        Set(ring, 2, counter, ulong.MaxValue - 2); // no more than there is room for
        Set(ring, 3, counter, 2); // would block
        closed.Dispose();
        ring.Set(4, number, Value(4, 1));
        Set(ring, 5, counter, 0);
        Assert.Equal([8, -(int)Errno.EINVAL, 8, -(int)Errno.EAGAIN, -(int)Errno.EBADF, 8], ring.Write(6).ToArray());
    }

    [Fact]
    public void TryCreate_OnEachThread_GivesItOneOfItsOwn()
    {
        using SafeFileHandle counter = Counter();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            byte[] one = GC.AllocateArray<byte>(sizeof(ulong), pinned: true);
            MemoryMarshal.Write(one, 1UL);
            using Interop.Libc.WriteRing ring = Ring();
            for (int round = 0; round < 100; round++)
            {
                for (int i = 0; i < Interop.Libc.WriteRing.Capacity; i++)
                {
                    ring.Set(i, (int)counter.DangerousGetHandle(), one);
                }

                ring.Write(Interop.Libc.WriteRing.Capacity);
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Assert.All(threads, t => Assert.True(t.Join(TimeSpan.FromSeconds(30))));
        Assert.Equal(4 * 100 * Interop.Libc.WriteRing.Capacity, Read(counter));
    }

    private static Interop.Libc.WriteRing Ring()
    {
        Interop.Libc.WriteRing? ring = Interop.Libc.WriteRing.TryCreate();
        Assert.SkipWhen(ring is null, "the kernel has no io_uring, or does not let us (kernel.io_uring_disabled, seccomp)");
        return ring!;
    }

    private static SafeFileHandle Counter()
    {
        SafeFileHandle counter = Interop.Libc.EventFd(0, Interop.Libc.EFD_CLOEXEC | Interop.Libc.EFD_NONBLOCK);
        Assert.False(counter.IsInvalid);
        return counter;
    }

    private void Set(Interop.Libc.WriteRing ring, int index, SafeFileHandle to, ulong value) =>
        ring.Set(index, (int)to.DangerousGetHandle(), Value(index, value));

    private ReadOnlySpan<byte> Value(int index, ulong value)
    {
        Span<byte> place = _octets.AsSpan(index * sizeof(ulong), sizeof(ulong));
        MemoryMarshal.Write(place, value);
        return place;
    }

    private static long Read(SafeFileHandle counter)
    {
        byte[] value = new byte[sizeof(ulong)];
        Assert.Equal(sizeof(ulong), Interop.Libc.Read(counter, ref value[0], sizeof(ulong)));
        return MemoryMarshal.Read<long>(value);
    }
}
