using System.Buffers.Binary;
using VSwitch.Capturing;

namespace VSwitch.Tests.Capturing;

public sealed class CaptureRingTests
{
    [Fact]
    public void TryPeek_AnEmptyRing_IsFalse() => Assert.False(new CaptureRing(4096).TryPeek(out _));

    [Fact]
    public void TryPeek_ARecordThatIsNotCommitted_HidesThoseBehindIt()
    {
        var ring = new CaptureRing(4096);
        long first = ring.TryReserve(8);
        long second = ring.TryReserve(8);
        ring.Commit(second, 8);
        Assert.False(ring.TryPeek(out _));
        ring.Commit(first, 8);
        Assert.True(ring.TryPeek(out long place));
        Assert.Equal(first, place);
        ring.Release();
        Assert.True(ring.TryPeek(out place));
        Assert.Equal(second, place);
    }

    [Fact]
    public void TryPeek_AVoidRecord_IsPassedOver()
    {
        var ring = new CaptureRing(4096);
        ring.Commit(ring.TryReserve(100), 100, isVoid: true);
        long wanted = ring.TryReserve(10);
        ring.Commit(wanted, 10);
        Assert.True(ring.TryPeek(out long place));
        Assert.Equal(wanted, place);
    }

    [Fact]
    public void TryReserve_AFullRing_RefusesUntilSomethingIsReleased()
    {
        var ring = new CaptureRing(4096);
        int count = 0;
        for (long place; (place = ring.TryReserve(120)) >= 0; count++)
        {
            ring.Commit(place, 120);
        }

        Assert.Equal(4096 / 128, count);
        Assert.True(ring.TryPeek(out _));
        ring.Release();
        Assert.True(ring.TryReserve(120) >= 0);
        Assert.True(ring.TryReserve(120) < 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ManyWriters_OneReader_EveryRecordIsWholeAndInItsWritersOrder(int writers)
    {
        const int Each = 40_000;
        var ring = new CaptureRing(64 << 10);
        long lost = 0;
        int done = 0;
        Thread[] threads = [.. Enumerable.Range(0, writers).Select(w => new Thread(() =>
        {
            var random = new Random(w);
            for (int n = 0; n < Each; n++)
            {
                int octets = 8 + random.Next(1500);
                long place = ring.TryReserve(octets);
                if (place < 0)
                {
                    Interlocked.Increment(ref lost);
                    continue;
                }

                Span<byte> memory = ring.Octets(place, octets);
                memory.Fill((byte)n);
                BinaryPrimitives.WriteInt32LittleEndian(memory, w);
                BinaryPrimitives.WriteInt32LittleEndian(memory[4..], (n << 11) | octets);
                ring.Commit(place, octets, isVoid: n % 7 == 0);
            }

            Interlocked.Increment(ref done);
        }))];
        Array.ForEach(threads, t => t.Start());

        int[] last = [.. Enumerable.Repeat(-1, writers)];
        long read = 0;
        for (bool isOver = false; !isOver;)
        {
            isOver = Volatile.Read(ref done) == writers; // what was committed before is still read below
            while (ring.TryPeek(out long place))
            {
                int tag = BinaryPrimitives.ReadInt32LittleEndian(ring.Octets(place, 8)[4..]);
                int writer = BinaryPrimitives.ReadInt32LittleEndian(ring.Octets(place, 8));
                int number = tag >> 11;
                Assert.True(number > last[writer] && number % 7 != 0);
                last[writer] = number;
                ReadOnlySpan<byte> rest = ring.Octets(place, tag & 0x7FF)[8..];
                Assert.False(rest.ContainsAnyExcept((byte)number));
                read++;
                ring.Release();
            }
        }

        Array.ForEach(threads, t => t.Join());
        long voids = writers * (long)((Each + 6) / 7);
        Assert.InRange(read, 1, (writers * (long)Each) - voids);
        Assert.InRange(read + lost, (writers * (long)Each) - voids, writers * (long)Each); // lost ones may have been void
        Assert.Equal(0, ring.Waiting);
    }
}
