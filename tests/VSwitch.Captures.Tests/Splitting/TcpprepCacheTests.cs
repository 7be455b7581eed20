using VSwitch.Captures.Splitting;

namespace VSwitch.Captures.Tests.Splitting;

public sealed class TcpprepCacheTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(4097)]
    [InlineData(40_001)]
    public void Read_OfWhatWasWritten_IsTheSame(int packets)
    {
        var cache = new TcpprepCache { Comment = "-p\nwords" };
        for (int i = 0; i < packets; i++)
        {
            cache.Add((TrafficSide)(i * 7 % 3));
        }

        using MemoryStream file = Written(cache);
        Assert.Equal(24 + 8 + ((packets + 3) / 4), file.Length);
        TcpprepCache read = TcpprepCache.Read(file);
        Assert.Equal(("-p\nwords", packets), (read.Comment, (int)read.Count));
        for (int i = 0; i < packets; i++)
        {
            Assert.Equal((TrafficSide)(i * 7 % 3), read.SideOf(i + 1));
        }

        read.Add(TrafficSide.Secondary);
        Assert.Equal(TrafficSide.Secondary, read.SideOf(packets + 1));
    }

    [Fact]
    public void SideOf_BeyondTheEnd_IsSkippedAndCounted()
    {
        var cache = new TcpprepCache();
        cache.Add(TrafficSide.Primary);
        Assert.Equal(TrafficSide.Skip, cache.SideOf(2));
        Assert.Equal(TrafficSide.Skip, cache.SideOf(0));
        Assert.Equal(2, cache.Beyond);
    }

    [Fact]
    public void Read_ClaimOfMorePackets_IsRefused_WithoutTheirMemory()
    {
        var cache = new TcpprepCache();
        cache.Add(TrafficSide.Primary);
        byte[] file = Written(cache).ToArray();
        file[12] = 0x7F;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<FormatException>(() => TcpprepCache.Read(new MemoryStream(file)));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void Read_EveryLengthAndRandomOctets_IsRefusedOrRead()
    {
        var cache = new TcpprepCache { Comment = "c" };
        for (int i = 0; i < 9; i++)
        {
            cache.Add(TrafficSide.Secondary);
        }

        byte[] file = Written(cache).ToArray();
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<FormatException>(() => TcpprepCache.Read(new MemoryStream(file, 0, length)));
        }

        var random = new Random(7);
        for (int i = 0; i < 5000; i++)
        {
            byte[] broken = [.. file];
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
            try
            {
                TcpprepCache.Read(new MemoryStream(broken));
            }
            catch (FormatException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    private static MemoryStream Written(TcpprepCache cache)
    {
        var file = new MemoryStream();
        cache.Write(file);
        file.Position = 0;
        return file;
    }
}
