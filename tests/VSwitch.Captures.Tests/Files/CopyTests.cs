using VSwitch.Captures.Files;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Files;

/// <summary>What is read, written and read again is the same.</summary>
public sealed class CopyTests
{
    [Fact]
    public void Copy_SamplesToPcapng_IsTheSame()
    {
        foreach (string name in SampleFiles.Names)
        {
            AssertCopy(CaptureReader.Open(new MemoryStream(SampleFiles.Of(name))), () => CaptureReader.Open(new MemoryStream(SampleFiles.Of(name))), name);
        }
    }

    [Fact]
    public void Copy_RealCapturesToPcapng_IsTheSame()
    {
        string? folder = CaptureFolder.Find();
        if (folder is null)
        {
            Assert.Skip("no real captures: name their folder in VSWITCH_CAPTURES");
        }

        foreach (string path in Directory.EnumerateFiles(folder, "*.*cap*"))
        {
            AssertCopy(CaptureReader.Open(path), () => CaptureReader.Open(path), path);
        }
    }

    private static void AssertCopy(CaptureReader from, Func<CaptureReader> again, string name)
    {
        MemoryStream stream = new();
        List<CaptureInterface> added = [];
        using (from)
        using (CaptureWriter writer = CaptureWriter.Create(stream, leaveOpen: true))
        {
            while (from.TryRead(out CapturedPacket packet))
            {
                while (added.Count < from.Interfaces.Count)
                {
                    CaptureInterface like = from.Interfaces[added.Count];
                    bool hasPlace = (int)like.LinkType <= ushort.MaxValue; // the link type of one real file has none in pcapng
                    added.Add(writer.AddInterface(hasPlace ? like : like with { LinkType = LinkType.Ethernet }));
                }

                writer.Write(packet);
            }
        }

        using CaptureReader original = again();
        Assert.Equal(Packet.All(original).Select(Text), Packet.All(stream.ToArray()).Select(Text));
        Assert.True(added.Count <= original.Interfaces.Count, name);
        stream.Position = 0;
        using CaptureReader copy = CaptureReader.Open(stream);
        while (copy.TryRead(out _))
        {
        }

        Assert.Null(copy.Error);
        Assert.Equal(
            original.Interfaces.Take(added.Count).Select(i => (i.Name, i.Description, i.Filter, i.SnapLength)),
            copy.Interfaces.Select(i => (i.Name, i.Description, i.Filter, i.SnapLength)));
    }

    /// <summary>A time before 1970 is written as 1970; one that is not there, as such or as 1970 where a simple packet block can't hold the packet.</summary>
    private static string Text(Packet packet) => (packet with { Timestamp = Math.Max(0, packet.Timestamp ?? 0) }).ToString();
}
