using System.IO.Compression;
using VSwitch.Captures.Files;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Files;

public sealed class CaptureWriterTests
{
    private const long Noon = 1_700_000_000_123_456_789;

    [Theory]
    [InlineData(CaptureFormat.Pcap, 1000)]
    [InlineData(CaptureFormat.NanosecondPcap, 1)]
    [InlineData(CaptureFormat.Pcapng, 1)]
    public void Write_EveryLength_IsReadAgain(CaptureFormat format, int nanoseconds)
    {
        int[] lengths = [0, 1, 2, 3, 4, 59, 60, 64, 1514, 9018, 65_535, 65_536, 131_071, 262_144];
        MemoryStream stream = new();
        using (CaptureWriter writer = CaptureWriter.Create(stream, format, leaveOpen: true))
        {
            CaptureInterface at = writer.AddInterface(new CaptureInterface { LinkType = LinkType.Ethernet });
            for (int i = 0; i < lengths.Length; i++)
            {
                byte[] octets = Packet.Numbered(i, lengths[i]);
                writer.Write(new CapturedPacket { Interface = at, Timestamp = Noon + i, Octets = octets, OriginalLength = (uint)lengths[i] + 5 });
            }

            writer.Flush();
            Assert.Equal(stream.Length, writer.Octets);
        }

        stream.Position = 0;
        using CaptureReader reader = CaptureReader.Open(stream);
        List<Packet> read = Packet.All(reader);

        Assert.Null(reader.Error);
        Assert.Equal(format, reader.Format);
        Assert.Equal(lengths.Length, reader.PacketCount);
        Assert.Equal(lengths.Select((l, i) => (Noon + i) / nanoseconds * nanoseconds), read.Select(p => p.Timestamp!.Value));
        Assert.Equal(lengths.Select((l, i) => Convert.ToHexString(Packet.Numbered(i, l))), read.Select(p => p.Octets));
        Assert.Equal(lengths.Select(l => (uint)l + 5), read.Select(p => p.OriginalLength));
        Assert.Equal(LinkType.Ethernet, Assert.Single(reader.Interfaces).LinkType);
        Assert.False(reader.TryRead(out _));
    }

    [Fact]
    public void Write_EverythingThatPcapngHas_IsReadAgain()
    {
        MemoryStream stream = new();
        CaptureInterface first, second;
        using (CaptureWriter writer = CaptureWriter.Create(stream, leaveOpen: true, comments: ["of the file", "ä second"]))
        {
            first = writer.AddInterface(new CaptureInterface
            {
                LinkType = LinkType.LinuxSll2, SnapLength = 96, Name = "eth0", Description = "the wire", Filter = "ip6",
                TimestampResolution = 6, Comments = ["a", ""],
            });
            second = writer.AddInterface(new CaptureInterface { LinkType = (LinkType)147, TimestampOffset = 77 });
            writer.Write(new CapturedPacket
            {
                Interface = second, Timestamp = Noon, Octets = new byte[7], OriginalLength = 70, Direction = PacketDirection.Outbound, PacketId = ulong.MaxValue,
                DropCount = 1UL << 40, Comments = ["grüße", "\u0001"],
            });
            writer.Write(new CapturedPacket { Interface = first, Timestamp = null, Octets = new byte[5], OriginalLength = 5 });
            writer.Write(new CapturedPacket { Interface = first, Timestamp = null, Octets = new byte[96], OriginalLength = 1000 });
            writer.Write(new CapturedPacket { Interface = first, Timestamp = -5, Octets = new byte[3], OriginalLength = 2, Direction = PacketDirection.Inbound });
        }

        stream.Position = 0;
        using CaptureReader reader = CaptureReader.Open(stream);
        List<Packet> read = Packet.All(reader);

        Assert.Null(reader.Error);
        Assert.Equal(["of the file", "ä second"], reader.Comments);
        Assert.Equal(
            [
                $"1 {Noon} 00000000000000 70 Outbound 18446744073709551615 1099511627776 grüße|\u0001",
                "0  0000000000 5 Unknown  0 ", $"0  {new string('0', 192)} 1000 Unknown  0 ",
                "0 0 000000 2 Inbound  0 ",
            ],
            read.Select(p => p.ToString()));
        Assert.Equal(2, reader.Interfaces.Count);
        Assert.Equal(first with { Comments = [] }, reader.Interfaces[0] with { Comments = [] });
        Assert.Equal(["a", ""], reader.Interfaces[0].Comments);
        Assert.Equal(second with { Comments = [] }, reader.Interfaces[1] with { Comments = [] });
        Assert.Equal(9, second.TimestampResolution);
        Assert.Equal(0, second.TimestampOffset);
    }

    [Fact]
    public void AddInterface_SecondOfClassicPcap_IsRefused()
    {
        using CaptureWriter writer = CaptureWriter.Create(new MemoryStream(), CaptureFormat.Pcap);
        CaptureInterface only = writer.AddInterface(new CaptureInterface { LinkType = LinkType.Raw, TimestampResolution = 9 });

        Assert.Equal(6, only.TimestampResolution);
        Assert.Throws<InvalidOperationException>(() => writer.AddInterface(new CaptureInterface { LinkType = LinkType.Ethernet }));
    }

    [Fact]
    public void Write_InterfaceThatWasNotAdded_IsRefused()
    {
        using CaptureWriter writer = CaptureWriter.Create(new MemoryStream());

        Assert.Throws<ArgumentException>(() => writer.Write(new CapturedPacket { Interface = new CaptureInterface() }));
        Assert.Throws<ArgumentException>(() => CaptureWriter.Create(new MemoryStream(), CaptureFormat.ModifiedPcap));
    }

    [Theory]
    [InlineData(CaptureFormat.Pcap)]
    [InlineData(CaptureFormat.Pcapng)]
    public void Dispose_WithoutAnyPacket_LeavesAFileThatIsRead(CaptureFormat format)
    {
        MemoryStream stream = new();
        CaptureWriter.Create(stream, format, leaveOpen: true).Dispose();
        stream.Position = 0;
        using CaptureReader reader = CaptureReader.Open(stream);

        Assert.False(reader.TryRead(out _));
        Assert.Null(reader.Error);
    }

    [Fact]
    public void Write_TextLongerThanAnOption_IsCutAtACharacter()
    {
        MemoryStream stream = new();
        using (CaptureWriter writer = CaptureWriter.Create(stream, leaveOpen: true))
        {
            CaptureInterface at = writer.AddInterface(new CaptureInterface());
            string[] comments = [new string('ä', 40_000), "short", new string('x', 70_000)];
            writer.Write(new CapturedPacket { Interface = at, Timestamp = 1, Octets = new byte[1], OriginalLength = 1, Comments = comments });
            writer.Write(new CapturedPacket { Interface = at, Timestamp = 2, Octets = new byte[2], OriginalLength = 2 });
        }

        List<Packet> read = Packet.All(stream.ToArray());

        Assert.Equal([$"{new string('ä', 32_767)}|short", ""], read.Select(p => p.Comments));
    }

    [Theory]
    [InlineData(CaptureFormat.Pcap)]
    [InlineData(CaptureFormat.NanosecondPcap)]
    [InlineData(CaptureFormat.Pcapng)]
    public void WriteAndRead_SteadyState_AllocatesNothing(CaptureFormat format)
    {
        const int count = 1000;
        byte[] octets = Packet.Numbered(1, 300);
        byte[] file = new byte[(Allocations.Rounds + 1) * count * 400];
        MemoryStream stream = new(file);
        using CaptureWriter writer = CaptureWriter.Create(stream, format, leaveOpen: true);
        CaptureInterface at = writer.AddInterface(new CaptureInterface());
        Write(count);
        Assert.Equal(0, Allocations.Fewest(() => Write(count)));

        writer.Flush();
        using CaptureReader reader = CaptureReader.Open(new MemoryStream(file, 0, (int)stream.Position));
        int read = Read(count);
        Assert.Equal(0, Allocations.Fewest(() => read += Read(count)));
        Assert.Equal((Allocations.Rounds + 1) * count, read);

        void Write(int packets)
        {
            for (int i = 0; i < packets; i++)
            {
                writer.Write(new CapturedPacket { Interface = at, Timestamp = i, Octets = octets, OriginalLength = 300, Direction = PacketDirection.Inbound });
            }
        }

        int Read(int packets)
        {
            int done = 0;
            while (done < packets && reader.TryRead(out CapturedPacket packet) && packet.Octets.Length == 300)
            {
                done++;
            }

            return done;
        }
    }

    [Theory]
    [InlineData(CaptureFormat.Pcap)]
    [InlineData(CaptureFormat.Pcapng)]
    public void Write_ThroughGzip_IsReadWithoutBeingAsked(CaptureFormat format)
    {
        MemoryStream stream = new();
        using (CaptureWriter writer = CaptureWriter.Create(new GZipStream(stream, CompressionLevel.Fastest), format))
        {
            CaptureInterface at = writer.AddInterface(new CaptureInterface());
            for (int i = 0; i < 5000; i++)
            {
                writer.Write(new CapturedPacket { Interface = at, Timestamp = i, Octets = Packet.Numbered(i, i % 1500), OriginalLength = 1 });
            }
        }

        using CaptureReader reader = CaptureReader.Open(new MemoryStream(stream.ToArray()));
        List<Packet> read = Packet.All(reader);

        Assert.Null(reader.Error);
        Assert.True(reader.IsCompressed);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => Convert.ToHexString(Packet.Numbered(i, i % 1500))), read.Select(p => p.Octets));
    }
}
