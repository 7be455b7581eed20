using VSwitch.Classifying;
using VSwitch.Devices.Dissecting;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.PacketDotNet.Tests;

/// <summary>What PacketDotNet sees in real packets beside what ours sees, asked in its own process, since some packets end it.</summary>
public sealed class AgreementTests(ITestOutputHelper output)
{
    [Fact]
    public void RealPackets_ShowTheSame_OrDifferInAKnownWay()
    {
        if (CaptureFolder.Find() is not { } folder)
        {
            Assert.Skip("no captures: set VSWITCH_CAPTURES to a folder with some");
            return;
        }

        var ours = new SpanDissector();
        Dictionary<string, (int Count, string First)> classes = [];
        int packets = 0;
        DissectorProcess? process = null;
        foreach ((string file, int number, LinkLayer linkLayer, byte[] packet) in CaptureFolder.Packets(folder))
        {
            if (process is null)
            {
                process = DissectorProcess.TryStart(PluginProgram.Options);
                Assert.True(process?.IsReady(PluginProgram.Options.StartLimit));
            }

            packets++;
            ReadOnlySpan<byte> front = packet.AsSpan(0, Math.Min(packet.Length, DissectorMessage.MaxOctets));
            bool isRead = ours.TryDissect(front, linkLayer, out PacketFacts mine);
            DissectorOutcome outcome = process!.Ask(front, linkLayer, PluginProgram.Options.TimeLimit, out PacketFacts theirs);
            string difference = outcome switch
            {
                DissectorOutcome.Read when isRead => Difference(mine, theirs),
                DissectorOutcome.NotRead when !isRead => "both: unreadable",
                DissectorOutcome.Read => $"ours: unreadable, theirs: {theirs.Fields}",
                _ => $"theirs: {outcome}",
            };
            if (outcome > DissectorOutcome.Threw)
            {
                process.Dispose();
                process = null;
            }

            (int count, string first) = classes.GetValueOrDefault(difference, (0, $"{file} {number}"));
            classes[difference] = (count + 1, first);
        }

        process?.Dispose();
        output.WriteLine($"{packets} packets");
        foreach ((string difference, (int count, string first)) in classes.OrderByDescending(c => c.Value.Count))
        {
            output.WriteLine($"{count,7} {100.0 * count / packets,6:F2} %  {difference}   (first: {first})");
        }

        Assert.True(packets > 0, "no packets in the folder");
        Assert.True(classes.GetValueOrDefault("agree").Count > packets * 9 / 10, "they agree on most packets");
    }

    private static string Difference(PacketFacts mine, PacketFacts theirs)
    {
        theirs = theirs with { Application = 0 };
        if (mine == theirs)
        {
            return "agree";
        }

        (string Name, object Mine, object Theirs)[] all =
        [
            ("EtherType", mine.EtherType, theirs.EtherType), ("Vlan", mine.Vlan, theirs.Vlan), ("InnerVlan", mine.InnerVlan, theirs.InnerVlan),
            ("SourceMac", mine.SourceMac, theirs.SourceMac), ("DestinationMac", mine.DestinationMac, theirs.DestinationMac),
            ("Source", mine.Source, theirs.Source), ("Destination", mine.Destination, theirs.Destination), ("Protocol", mine.Protocol, theirs.Protocol),
            ("SourcePort", mine.SourcePort, theirs.SourcePort), ("DestinationPort", mine.DestinationPort, theirs.DestinationPort),
            ("IcmpType", mine.IcmpType, theirs.IcmpType), ("IcmpCode", mine.IcmpCode, theirs.IcmpCode), ("ArpOperation", mine.ArpOperation, theirs.ArpOperation),
            ("Dscp", mine.Dscp, theirs.Dscp), ("TimeToLive", mine.TimeToLive, theirs.TimeToLive), ("TcpFlags", mine.TcpFlags, theirs.TcpFlags), ("Length", mine.Length, theirs.Length),
        ];
        string values = string.Join(", ", all.Where(f => !f.Mine.Equals(f.Theirs)).Select(f => f.Name == "Protocol" ? $"{f.Name} {f.Mine}/{f.Theirs}" : f.Name));
        if (mine.Fields == theirs.Fields)
        {
            return $"same fields, other {values}";
        }

        string shape = mine.Has(PacketFields.IPv4) || mine.Has(PacketFields.IPv6) ? $"{(mine.Has(PacketFields.IPv4) ? "IPv4" : "IPv6")} protocol {mine.Protocol}/{theirs.Protocol}" : $"type {mine.EtherType:X}";
        return $"only ours: {mine.Fields & ~theirs.Fields}, only theirs: {theirs.Fields & ~mine.Fields}, {shape}";
    }
}
