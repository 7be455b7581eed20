using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Broadcasts and groups to and from TUNs, and what never gets there.</summary>
public sealed class TunGroupTests
{
    [Theory]
    [InlineData("10.0.0.5", "255.255.255.255", "ff:ff:ff:ff:ff:ff")]
    [InlineData("10.0.0.5", "10.0.0.255", "ff:ff:ff:ff:ff:ff")]
    [InlineData("10.0.0.5", "224.0.0.251", "01:00:5e:00:00:fb")]
    [InlineData("10.0.0.5", "239.129.2.3", "01:00:5e:01:02:03")] // 23 bits (RFC 1112)
    [InlineData("fd00::5", "ff02::1", "33:33:00:00:00:01")]
    [InlineData("fd00::5", "ff05::1234:5678", "33:33:12:34:56:78")]
    public void FromATun_ReachesAllInItsSegment(string from, string to, string station)
    {
        TestSwitch net = Create();
        byte[] packet = Udp(from, to).Hops(1).BuildPacket();
        net.Send(T, packet);
        foreach (int tap in new[] { A, B })
        {
            byte[] frame = Assert.Single(net.Receive(tap));
            Assert.Equal((MacAddress.Parse(station), net.MacOf(T)), (MacAddress.Read(frame), MacAddress.Read(frame.AsSpan(6))));
            Assert.Equal(packet, frame[14..]);
        }

        Assert.Equal(packet, Assert.Single(net.Receive(U)));
        Assert.Empty(net.Receive(T));
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [InlineData("10.0.0.1", "255.255.255.255", "ff:ff:ff:ff:ff:ff")]
    [InlineData("10.0.0.1", "10.0.0.255", "ff:ff:ff:ff:ff:ff")]
    [InlineData("10.0.0.1", "224.0.0.251", "01:00:5e:00:00:fb")]
    [InlineData("fd00::1", "ff02::fb", "33:33:00:00:00:fb")]
    public void FromATap_ReachesTuns(string from, string to, string station)
    {
        TestSwitch net = Create();
        byte[] frame = Frame(A, A).To(station).Udp(from, to, 30).Hops(1).Build();
        net.Send(A, frame);
        Assert.Equal(frame[14..], Assert.Single(net.Receive(T)));
        Assert.Equal(frame[14..], Assert.Single(net.Receive(U)));
        Assert.Equal(frame, Assert.Single(net.Receive(B)));
    }

    [Fact]
    public void MembershipReports_Pass()
    {
        TestSwitch net = Create();
        byte[][] reports =
        [
            new FrameBuilder().Raw("10.0.0.5", "224.0.0.22", 2, [0x22, 0, 0xF9, 0xFD, 0, 0, 0, 0]).Options(0x94, 4, 0, 0).Hops(1).BuildPacket(), // IGMPv3, router alert
            new FrameBuilder().Raw("0.0.0.0", "224.0.0.22", 2, [0x22, 0, 0xDD, 0xFD, 0, 0, 0, 0]).Options(0x94, 4, 0, 0).Hops(1).BuildPacket(), // no address yet (RFC 3376, 4.2.13)
            new FrameBuilder().Icmp("fe80::5", "ff02::16", 143, 0, 0, 0, 0, 0).Extensions(0).Hops(1).BuildPacket(), // MLDv2
            new FrameBuilder().Icmp("::", "ff02::16", 143, 0, 0, 0, 0, 0).Extensions(0).Hops(1).BuildPacket(),
        ];
        foreach (byte[] report in reports)
        {
            net.Send(T, report);
            Assert.Equal(report, Assert.Single(net.Receive(A))[14..]);
        }

        foreach (byte[] report in reports)
        {
            net.Receivers();
            net.Send(A, Frame(A, A).To(report[0] >> 4 == 4 ? "01:00:5e:00:00:16" : "33:33:00:00:00:16")
                .Type(report[0] >> 4 == 4 ? EtherType.IPv4 : EtherType.IPv6).Payload(report).Build());
            Assert.Equal(report, Assert.Single(net.Receive(T)));
        }
    }

    [Fact]
    public void WhatSpeaksOfLinkLayers_NeverReachesATun()
    {
        TestSwitch net = Create();
        byte[][] frames =
        [
            Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.77").Build(),
            Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.1").Build(),
            net.ToTun(A, T).ArpReply("10.0.0.1", "10.0.0.5").Build(),
            Frame(A, A).Solicitation("fd00::1", "fd00::77").Build(),
            Frame(A, A).To("33:33:00:00:00:01").Advertisement("fd00::1", "ff02::1", "fd00::1", 0x20).Build(),
            net.ToTun(A, T).Advertisement("fd00::1", "fd00::5", "fd00::1", 0x60).Build(),
            net.ToTun(A, T).Probe("fd00::1", "fd00::77").Build(),
            Frame(A, A).To("33:33:ff:00:00:77").Probe("fd00::1", "fd00::77").Build(), // to one host by IP, to a group by MAC address
            net.ToTun(A, T).Discovery("fe80::1", "fd00::5", [137, 0, 0, 0, .. new byte[36]]).Build(),
            Frame(A, A).To("33:33:00:00:00:01").Discovery("fe80::1", "ff02::1", [137, 0, 0, 0, .. new byte[36]]).Build(),
        ];
        Array.ForEach(frames, f => net.Send(A, f));
        Assert.DoesNotContain(net.Receive(T).Concat(net.Receive(U)), p => NeighborMessage.IsOfLinkLayer(p)); // a ping asks whether fd00::77 is there
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void RouterAdvertisement_ReachesATun()
    {
        TestSwitch net = Create();
        byte[] frame = Frame(A, A).To("33:33:00:00:00:01").Discovery("fe80::1", "ff02::1", [134, 0, 0, 0, .. new byte[12]]).Build();
        net.Send(A, frame);
        Assert.Equal(frame[14..], Assert.Single(net.Receive(T)));
    }

    /// <summary>Else whoever is behind a TUN poisons the caches of all, past the guard.</summary>
    [Fact]
    [Trait("Fault", "38")]
    public void WhatSpeaksOfLinkLayers_NeverComesFromATun()
    {
        TestSwitch net = Create();
        byte[][] packets =
        [
            Frame(A, A).Advertisement("fd00::5", "ff02::1", "fd00::1", 0x20).BuildPacket(),
            Frame(A, A).Solicitation("fd00::5", "fd00::1").BuildPacket(),
            new FrameBuilder().Discovery("fd00::5", "fd00::1", [137, 0, 0, 0, .. new byte[36]]).BuildPacket(),
        ];
        Array.ForEach(packets, p => net.Send(T, p));
        Assert.Empty(net.Receivers());
        Assert.Equal(3, net.Ports[T].Counters.Drops(DropReason.BadNeighborMessage));
        Assert.Equal(0, net.Unaccounted());
    }
}
