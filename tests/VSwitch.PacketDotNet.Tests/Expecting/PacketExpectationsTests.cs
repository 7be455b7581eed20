using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;
using VSwitch.Frames;
using VSwitch.PacketDotNet.Expecting;
using VSwitch.Testing;

namespace VSwitch.PacketDotNet.Tests.Expecting;

public sealed class PacketExpectationsTests
{
    [Fact]
    public void Packets_ThatMatch_AreCounted()
    {
        using SwitchLab lab = Lab(out LabPort client, out LabPort server);
        lab.Expect(server)
            .Packets<TcpPacket>(p => p.DestinationPort == 80, count: 3)
            .Packets<TcpPacket>(4)
            .Packets<IPv4Packet>(p => p.SourceAddress.Equals(IPAddress.Parse("10.0.0.1")), 5)
            .AtLeastPackets<UdpPacket>(1)
            .NoPackets<IcmpV4Packet>()
            .NoPackets<TcpPacket>(p => p.DestinationPort == 81);
        lab.Expect(client).NoPackets<Packet>();
        Assert.Equal([80, 80, 80, 443], server.ReceivedPackets<TcpPacket>().Select(p => p.DestinationPort));
    }

    [Fact]
    public void Packets_ThatAreMissing_AreToldWithWhatCame()
    {
        using SwitchLab lab = Lab(out _, out LabPort server);
        ExpectationException error = Assert.Throws<ExpectationException>(() => lab.Expect(server).Packets<TcpPacket>(p => p.DestinationPort == 8080, count: 3));
        Assert.Contains("port server: expected 3 frames with a TcpPacket that fulfils the condition, received 0 of 5", error.Message, StringComparison.Ordinal);
        Assert.Contains("received, though not such:", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("threw", error.Message, StringComparison.Ordinal);
        Assert.Throws<ExpectationException>(() => lab.Expect(server).AtLeastPackets<TcpPacket>(5));
        ExpectationException unwanted = Assert.Throws<ExpectationException>(() => lab.Expect(server).NoPackets<UdpPacket>());
        Assert.Contains("it came in by client", unwanted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Packets_OnWhichSomethingThrows_DoNotMatchAndAreCounted()
    {
        using var lab = new SwitchLab();
        LabPort client = lab.AddPort("client"), server = lab.AddPort("server");
        byte[] whole = client.FrameTo(server).Ip("10.0.0.1", "10.0.0.2").Tcp(1000, 80).Build();
        byte[] cut = whole[..44]; // in the midst of the TCP header, whose fields are read behind the end
        client.Send(whole, cut, whole);
        ExpectationException error = Assert.Throws<ExpectationException>(() => lab.Expect(server).Packets<TcpPacket>(p => p.WindowSize > 0 && p.Checksum >= 0, count: 3));
        Assert.Contains("expected 3 frames with a TcpPacket that fulfils the condition, received 2 of 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("PacketDotNet, or the condition, threw on 1 of them, which do not count; the first time ", error.Message, StringComparison.Ordinal);
        lab.Expect(server).Packets<TcpPacket>(p => p.WindowSize > 0 && p.Checksum >= 0, count: 2);
        Assert.Equal([whole, cut, whole], server.Received.Select(f => f.Octets.ToArray())); // asked on copies
    }

    /// <summary>PacketDotNet sets a total length of zero right in the octets it is given.</summary>
    [Fact]
    public void Packets_OfWhichPacketDotNetWritesSome_StayAsTheyCame()
    {
        using var lab = new SwitchLab();
        LabPort client = lab.AddPort("client"), server = lab.AddPort("server");
        byte[] frame = client.FrameTo(server).Ip("10.0.0.1", "10.0.0.2").Udp(1, 2).Payload(20).Build();
        frame[16] = frame[17] = 0;
        client.Send(frame);
        lab.Expect(server).AtLeastPackets<EthernetPacket>(1).AtLeastPackets<IPv4Packet>(0, p => p.Bytes.Length > 0);
        Assert.Equal(frame, server.Received.Single().Octets.ToArray());
    }

    [Fact]
    public void Send_Packet_IsForwarded()
    {
        using var lab = new SwitchLab();
        LabPort client = lab.AddPort("client"), server = lab.AddPort("server");
        var tcp = new TcpPacket(1234, 80) { Synchronize = true };
        var ip = new IPv4Packet(IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2")) { PayloadPacket = tcp };
        var ethernet = new EthernetPacket(PhysicalAddress.Parse("02-00-00-00-00-01"), PhysicalAddress.Parse("02-00-00-00-00-02"), EthernetType.IPv4) { PayloadPacket = ip };
        tcp.UpdateCalculatedValues();
        tcp.UpdateTcpChecksum();
        ip.UpdateIPChecksum();
        client.Send(ethernet);
        tcp.DestinationPort = 81; // what was sent was a copy
        lab.Expect(server)
            .Frames("ip host 10.0.0.1 and tcp dst port 80 and tcp[tcpflags] == tcp-syn", 1)
            .Packets<TcpPacket>(p => p.Synchronize && p.DestinationPort == 80 && p.ValidTcpChecksum, 1)
            .Packets<IPv4Packet>(p => p.ValidIPChecksum, 1);
        ArgumentException error = Assert.Throws<ArgumentException>(() => client.Send(ip));
        Assert.StartsWith("client: a IPv4Packet can't be sent here: the port takes an EthernetPacket", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BareIp_IsSentAndExpected()
    {
        using var lab = new SwitchLab();
        LabPort tunnel = lab.AddPort("tun", linkLayer: LinkLayer.Ip);
        LabPort server = lab.AddPort("server");
        var udp = new UdpPacket(5, 6) { PayloadData = [1, 2, 3] };
        var ip = new IPv4Packet(IPAddress.Parse("10.0.0.1"), IPAddress.Parse("224.0.0.9")) { PayloadPacket = udp, TimeToLive = 9 };
        udp.UpdateCalculatedValues();
        ip.UpdateCalculatedValues();
        ip.UpdateIPChecksum();
        tunnel.Send(ip);
        lab.Expect(server).Packets<UdpPacket>(p => p.DestinationPort == 6 && p.PayloadData.SequenceEqual(new byte[] { 1, 2, 3 }), 1);
        server.Send(server.FrameTo(VSwitch.Identifiers.MacAddress.Broadcast).Ip("10.0.0.2", "255.255.255.255").Udp(7, 8).Build());
        lab.Expect(tunnel).Packets<IPv4Packet>(1).NoPackets<EthernetPacket>();
        Assert.Throws<ArgumentException>(() => tunnel.Send(new EthernetPacket(new PhysicalAddress(new byte[6]), new PhysicalAddress(new byte[6]), EthernetType.IPv4)));
    }

    private static SwitchLab Lab(out LabPort client, out LabPort server)
    {
        var lab = new SwitchLab();
        client = lab.AddPort("client");
        server = lab.AddPort("server");
        for (int i = 0; i < 4; i++)
        {
            client.Send(client.FrameTo(server).Ip("10.0.0.1", "10.0.0.2").Tcp(1000 + i, i < 3 ? 80 : 443));
        }

        client.Send(client.FrameTo(server).Ip("10.0.0.1", "10.0.0.2").Udp(1, 53));
        return lab;
    }
}
