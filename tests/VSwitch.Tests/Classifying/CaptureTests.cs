using VSwitch.Classifying;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Tests.Classifying;

/// <summary>Real packets, broken ones among them, whole and cut at every length.</summary>
public sealed class CaptureTests(ITestOutputHelper output)
{
    [Fact]
    public void RealPackets_AreRead()
    {
        if (CaptureFolder.Find() is not { } folder)
        {
            Assert.Skip("no captures: set VSWITCH_CAPTURES to a folder with some");
            return;
        }

        var classifier = new PacketClassifier(new ClassifierRules(0, new ClassifierRule(1).Where(f => f.Has(PacketFields.Ports))));
        int packets = 0, unreadable = 0, network = 0, upper = 0, fragments = 0;
        foreach ((string file, int number, LinkLayer linkLayer, byte[] packet) in CaptureFolder.Packets(folder))
        {
            packets++;
            bool isRead = SpanDissector.TryRead(packet, linkLayer, out PacketFacts facts);
            Invariants.Check(facts, packet, linkLayer);
            unreadable += isRead ? 0 : 1;
            network += (facts.Fields & (PacketFields.Arp | PacketFields.IPv4 | PacketFields.IPv6)) != 0 ? 1 : 0;
            upper += (facts.Fields & (PacketFields.Ports | PacketFields.Icmp)) != 0 ? 1 : 0;
            fragments += facts.Has(PacketFields.Fragment) ? 1 : 0;
            Assert.True(isRead == (linkLayer == LinkLayer.Ethernet ? packet.Length >= 14 : (facts.Fields & (PacketFields.IPv4 | PacketFields.IPv6)) != 0), $"{file} {number}");
            Assert.Equal(facts.Has(PacketFields.Ports) ? 1 : 0, classifier.Classify(packet, linkLayer));
            for (int cut = 0; cut < Math.Min(packet.Length, 160); cut++)
            {
                _ = SpanDissector.TryRead(packet.AsSpan(0, cut), linkLayer, out PacketFacts less);
                Invariants.Check(less, packet.AsSpan(0, cut), linkLayer);
            }
        }

        output.WriteLine($"{packets} packets: {network} with ARP or IP, {upper} with ports or ICMP, {fragments} fragments, {unreadable} unreadable; {classifier.Counters}");
        Assert.True(packets > 0, "no packets in the folder");
    }
}
