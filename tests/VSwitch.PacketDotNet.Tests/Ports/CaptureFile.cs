using VSwitch.Captures.Files;

namespace VSwitch.PacketDotNet.Tests.Ports;

/// <summary>A capture of one test, gone at its end.</summary>
internal sealed class CaptureFile : IDisposable
{
    internal const long FirstTime = 1_700_000_000_123_456_789;

    internal CaptureFile(IEnumerable<byte[]>? frames = null, LinkType linkType = LinkType.Ethernet, uint cutBy = 0)
    {
        Name = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".pcap");
        using CaptureWriter writer = CaptureWriter.Create(Name, CaptureFormat.Pcap);
        CaptureInterface added = writer.AddInterface(new CaptureInterface { LinkType = linkType, SnapLength = 262_144 });
        long time = FirstTime;
        foreach (byte[] frame in frames ?? [])
        {
            writer.Write(new CapturedPacket { Interface = added, Timestamp = time++, Octets = frame, OriginalLength = (uint)frame.Length + cutBy, Comments = [] });
        }
    }

    internal string Name { get; }

    internal List<(long? Time, byte[] Octets)> Read()
    {
        var packets = new List<(long? Time, byte[] Octets)>();
        using CaptureReader reader = CaptureReader.Open(Name);
        while (reader.TryRead(out CapturedPacket packet))
        {
            packets.Add((packet.Timestamp, packet.Octets.ToArray()));
        }

        Assert.Null(reader.Error);
        return packets;
    }

    public void Dispose() => File.Delete(Name);
}
