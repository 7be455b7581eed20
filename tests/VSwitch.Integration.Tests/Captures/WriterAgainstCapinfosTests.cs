using VSwitch.Captures.Files;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>Files that the writer makes, read by capinfos.</summary>
[Trait("Fault", "75")]
public sealed class WriterAgainstCapinfosTests
{
    [Theory]
    [InlineData(CaptureFormat.Pcap, "pcap", "1234567890.123456", "1234567891.000000")]
    [InlineData(CaptureFormat.NanosecondPcap, "nsecpcap", "1234567890.123456789", "1234567891.000000000")]
    [InlineData(CaptureFormat.Pcapng, "pcapng", "1234567890.123456789", "1234567891.000000000")]
    public async Task Write_EachFormat_IsReadByCapinfos(CaptureFormat format, string type, string first, string last)
    {
        string capinfos = Programs.Capinfos;
        string path = Path.GetTempFileName();
        try
        {
            using (CaptureWriter writer = CaptureWriter.Create(path, format))
            {
                CaptureInterface at = writer.AddInterface(
                    new CaptureInterface { LinkType = LinkType.LinuxSll2, SnapLength = 96, Name = "eth0", Comments = ["a comment"] });
                for (int i = 0; i < 1000; i++)
                {
                    writer.Write(new CapturedPacket
                    {
                        Interface = at, Timestamp = i < 999 ? 1_234_567_890_123_456_789 : 1_234_567_891_000_000_000, Octets = new byte[i % 97], OriginalLength = 500,
                        Direction = PacketDirection.Outbound, PacketId = (ulong)i, DropCount = 1, Comments = i % 7 == 0 ? ["seventh", "ä"] : [],
                    });
                }
            }

            using LabProcess process = await InfoLab.Finish(capinfos, "-T", "-M", "-S", "-t", "-E", "-c", "-d", "-a", "-e", path);

            Assert.Equal($"{path}\t{type}\tlinux-sll2\t1000\t500000\t{first}\t{last}", process.Output[1]);
            Assert.Empty(process.Errors);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
