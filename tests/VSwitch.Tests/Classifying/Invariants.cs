using System.Numerics;
using VSwitch.Classifying;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Tests.Classifying;

/// <summary>What holds of the facts of any packet.</summary>
internal static class Invariants
{
    private const PacketFields Network = PacketFields.Arp | PacketFields.IPv4 | PacketFields.IPv6;
    private const PacketFields Upper = PacketFields.Ports | PacketFields.Icmp;

    internal static void Check(in PacketFacts facts, ReadOnlySpan<byte> packet, LinkLayer linkLayer)
    {
        Assert.Equal(packet.Length, facts.Length);
        Assert.Equal(linkLayer == LinkLayer.Ethernet && packet.Length >= 14, facts.Has(PacketFields.Ethernet));
        Assert.True(Count(facts, Network) <= 1, "one network layer");
        Assert.True(Count(facts, Upper) <= 1, "one upper layer");
        bool isIp = Count(facts, PacketFields.IPv4 | PacketFields.IPv6) == 1;
        Assert.True(isIp || Count(facts, Upper | PacketFields.Fragment | PacketFields.TcpFlags) == 0, "nothing above IP without IP");
        Assert.False(facts.Has(PacketFields.Fragment) && Count(facts, Upper) != 0, "fragments show no ports");
        Assert.True(!facts.Has(PacketFields.TcpFlags) || (facts.Has(PacketFields.Ports) && facts.Protocol == IpProtocol.Tcp), "flags are TCP's");
        Assert.True(!facts.Has(PacketFields.InnerVlan) || facts.Has(PacketFields.Vlan), "no inner tag without an outer");
        Assert.True(isIp || facts is { Protocol: 0, Dscp: 0, TimeToLive: 0 }, "no IP, no fields of it");
        Assert.True(Count(facts, Network) == 1 || (facts.Source == IpAddressKey.None && facts.Destination == IpAddressKey.None), "no addresses without a network layer");
        Assert.True(!facts.Has(PacketFields.IPv4) || (facts.Source.IsIPv4 && facts.Destination.IsIPv4), "IPv4 addresses");
        Assert.False(facts.Has(PacketFields.IPv6) && (facts.Source.IsIPv4 || facts.Destination.IsIPv4), "no IPv6 packet with an IPv4 address");
        if (facts.Has(PacketFields.Ethernet))
        {
            Assert.Equal(MacAddress.Read(packet), facts.DestinationMac);
            Assert.Equal(MacAddress.Read(packet[6..]), facts.SourceMac);
        }
    }

    private static int Count(in PacketFacts facts, PacketFields fields) => BitOperations.PopCount((uint)(facts.Fields & fields));
}
