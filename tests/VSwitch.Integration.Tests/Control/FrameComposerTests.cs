using System.Net;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Tool.Why;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Control;

public class FrameComposerTests
{
    private static readonly MacAddress s_a = MacAddress.Parse("02:00:00:00:00:0a");
    private static readonly MacAddress s_b = MacAddress.Parse("02:00:00:00:00:0b");

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2")]
    [InlineData("fd00::1", "fd00::2")]
    public void Compose_Udp_IsAsTheBuilderHasIt(string from, string to)
    {
        byte[] expected = new FrameBuilder().From(s_a).To(s_b).Udp(from, to, 0, 1000, 53).Build();
        byte[] composed = FrameComposer.Compose(Describe(from, to) with { Protocol = IpProtocol.Udp, SourcePort = 1000, DestinationPort = 53 });
        AssertSamePacket(expected, composed, from.Contains(':', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", IpProtocol.Tcp)]
    [InlineData("fd00::1", "fd00::2", IpProtocol.Tcp)]
    [InlineData("10.0.0.1", "10.0.0.2", IpProtocol.Icmp)]
    [InlineData("fd00::1", "fd00::2", IpProtocol.Icmp)]
    [InlineData("10.0.0.1", "10.0.0.2", IpProtocol.Udp)]
    [InlineData("fd00::1", "fd00::2", IpProtocol.Udp)]
    public void Compose_Packet_ChecksumsAreRight(string from, string to, IpProtocol protocol)
    {
        byte[] frame = FrameComposer.Compose(Describe(from, to) with { Protocol = protocol, SourcePort = 1000, DestinationPort = 22 });
        Assert.True(frame.Length >= 60);
        bool isIPv6 = frame[12] == 0x86;
        int headerLength = isIPv6 ? 40 : 20;
        Span<byte> packet = frame.AsSpan(14);
        int length = isIPv6 ? 40 + ((packet[4] << 8) | packet[5]) : (packet[2] << 8) | packet[3];
        int next = isIPv6 ? packet[6] : packet[9];
        Assert.True(isIPv6 || Sum(packet[..headerLength]) == 0xFFFF);
        byte[] pseudo = next == 1 ? [] : [.. packet[(isIPv6 ? 8 : 12)..headerLength], 0, (byte)next, 0, (byte)(length - headerLength)];
        Assert.Equal(0xFFFF, Sum([.. pseudo, .. packet[headerLength..length]]));
    }

    [Fact]
    public void Compose_Tags_OuterOnesAreTheProviders()
    {
        byte[] frame = FrameComposer.Compose(new() { Source = s_a, Destination = s_b, Tags = [(100, 5), (200, 0)], Type = (EtherType)0x88B5 });
        byte[] expected = new FrameBuilder().From(s_a).To(s_b).Vlan(100, 5, EtherType.ServiceVlan).Vlan(200).Build();
        Assert.Equal(expected[..24], frame[..24]);
        Assert.Equal(60, frame.Length);
    }

    [Fact]
    public void Compose_Arp_AsksForTheDestination()
    {
        byte[] frame = FrameComposer.Compose(Describe("10.0.0.1", "10.0.0.2") with { Type = EtherType.Arp, Destination = MacAddress.Broadcast });
        byte[] expected = new FrameBuilder().From(s_a).ArpRequest("10.0.0.1", "10.0.0.2").Build();
        Assert.Equal(expected[..42], frame[..42]);
    }

    private static FrameDescription Describe(string from, string to) => new()
    {
        Source = s_a,
        Destination = s_b,
        Type = from.Contains(':', StringComparison.Ordinal) ? EtherType.IPv6 : EtherType.IPv4,
        IpSource = IPAddress.Parse(from),
        IpDestination = IPAddress.Parse(to),
    };

    // Identification, DF and the header's checksum may differ; what counts is beside them.
    private static void AssertSamePacket(byte[] expected, byte[] composed, bool isIPv6)
    {
        int segment = 14 + (isIPv6 ? 40 : 20);
        Assert.Equal(expected[..14], composed[..14]);
        Assert.Equal(expected[(segment - (isIPv6 ? 32 : 8))..(segment + 8)], composed[(segment - (isIPv6 ? 32 : 8))..(segment + 8)]);
    }

    private static int Sum(ReadOnlySpan<byte> octets)
    {
        int sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += octets[i] << ((i & 1) == 0 ? 8 : 0);
        }

        return (sum & 0xFFFF) + (sum >> 16);
    }
}
