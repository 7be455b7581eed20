using VSwitch.Captures.Comparing;
using VSwitch.Captures.Files;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Comparing;

/// <summary>Real captures, good and broken ones.</summary>
public class RealCaptureTests
{
    private const int MaxPackets = 2000; // of a file

    [Fact]
    public void Compare_EachFileWithItself_NothingDiffers()
    {
        foreach (string path in Files())
        {
            using CaptureReader expected = CaptureReader.Open(path);
            using CaptureReader actual = CaptureReader.Open(path);
            CaptureComparison comparison = CaptureComparer.Compare(expected, actual);
            Assert.True(comparison.Differences.Count == 0, $"{path}: {Captures.Text(comparison)}");
            Assert.Equal(expected.PacketCount, comparison.Matched);
            Assert.Equal(expected.Error is null, comparison.IsEqual);
            Assert.Equal(expected.Error, comparison.ActualError);
        }
    }

    [Fact]
    public void Compare_OneOctetChanged_IsOneDifference()
    {
        Random random = new(1);
        int changed = 0;
        foreach (string path in Files())
        {
            (CaptureInterface[] interfaces, var packets) = Read(path);
            int[] full = [.. Enumerable.Range(0, packets.Count).Where(i => packets[i].Octets.Length > 0)];
            if (full.Length == 0)
            {
                continue;
            }

            byte[] expected = Captures.Write(interfaces, packets);
            for (int round = 0; round < 8; round++)
            {
                int which = full[random.Next(full.Length)];
                byte[] octets = [.. packets[which].Octets];
                int at = random.Next(octets.Length);
                octets[at] ^= (byte)random.Next(1, 256);
                List<(int, byte[], long, int)> others = [.. packets];
                others[which] = (packets[which].Interface, octets, packets[which].Time, packets[which].Original);
                CaptureComparison comparison = Captures.Compare(expected, Captures.Write(interfaces, others));
                string what = $"{path}: packet {which + 1} octet {at} of {octets.Length}: {Captures.Text(comparison)}";
                Assert.True(comparison is { Changed: 1, Missing: 0, Unexpected: 0, Moved: 0 }, what);
                PacketDifference only = comparison.Differences.Single();
                Assert.NotEmpty(only.Changes);
                Assert.Equal(which + 1, only.Actual!.Number);
                Assert.Equal(packets[which].Octets, only.Expected!.Octets); // the packet, or one just like it
                changed++;
            }
        }

        Assert.True(changed > 100, $"only {changed} files with packets");
    }

    private static string[] Files()
    {
        string? folder = CaptureFolder.Find();
        if (folder is null)
        {
            Assert.Skip("no folder of captures: name one with VSWITCH_CAPTURES");
        }

        return [.. Directory.EnumerateFiles(folder, "*cap*").Order(StringComparer.Ordinal)];
    }

    private static (CaptureInterface[] Interfaces, List<(int Interface, byte[] Octets, long Time, int Original)> Packets) Read(string path)
    {
        List<(int, byte[], long, int)> packets = [];
        using CaptureReader reader = CaptureReader.Open(path);
        while (packets.Count < MaxPackets && reader.TryRead(out CapturedPacket packet))
        {
            packets.Add((packet.Interface.Index, packet.Octets.ToArray(), packet.Timestamp ?? 0, (int)Math.Min(packet.OriginalLength, int.MaxValue)));
        }

        return ([.. reader.Interfaces], packets);
    }
}
