using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Faults 7, 8 and 9: headers that lie, and fragments of every kind.</summary>
public sealed class BadPacketTests
{
    [Fact]
    [Trait("Fault", "7")]
    public void HeaderLengthThatLies_IsBadIpAtTheSwitchAndUntouchedBetweenTaps()
    {
        TestSwitch net = CreateRouted();
        net.Announce(B, "10.0.0.2");
        int lies = 0;
        for (int ihl = 0; ihl < 16; ihl++)
        {
            byte[] packet = Udp("10.1.0.5", "10.0.0.5", 8).BuildPacket(); // 36 octets
            packet[0] = (byte)(0x40 | ihl);
            byte[] frame = TestSwitch.Frame(A, B).Type(EtherType.IPv4).Payload(packet).Build();
            net.Send(A, frame);
            Assert.Equal(frame, Assert.Single(net.Receive(B)));
            if (ihl != 5)
            {
                lies++;
                net.Send(V, packet);
                net.Send(A, net.ToRouter(A).Type(EtherType.IPv4).Payload(packet).Build());
                net.Send(A, net.ToTun(A, T).Type(EtherType.IPv4).Payload(packet).Build());
            }
        }

        Assert.Equal(lies, net.Ports[V].Counters.Drops(DropReason.BadIp));
        Assert.Equal(lies, net.Ports[A].Counters.Drops(DropReason.BadIp));
        net.Receive(T); // the checksum of a packet between hosts is theirs: where the lengths agree it passes
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "7")]
    public void TotalLengthThatLies_IsBadIp()
    {
        TestSwitch net = CreateRouted();
        foreach (int length in new[] { 0, 1, 19, 49, 65_535 })
        {
            FrameBuilder Packet(FrameBuilder builder) =>
                builder.Udp("10.1.0.5", "10.0.0.5", 20).Header(p => BinaryPrimitives.WriteUInt16BigEndian(p.AsSpan(2), (ushort)length));
            net.Send(V, Packet(new FrameBuilder()).BuildPacket());
            net.Send(A, Packet(net.ToRouter(A)).Build());
            net.Send(A, Packet(net.ToTun(A, T)).Build());
        }

        Assert.Equal((5, 5, 5), (
            net.Ports[V].Counters.Drops(DropReason.BadIp), net.Ports[A].Counters.Drops(DropReason.BadIp), net.Ports[T].Counters.Drops(DropReason.BadIp)));
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "7")]
    public void FortyOctetsOfOptions_AreRouted()
    {
        TestSwitch net = CreateRouted();
        byte[] options = [.. Enumerable.Repeat((byte)1, 40)];
        net.Send(V, Udp("10.1.0.5", "10.0.0.5").Options(options).BuildPacket());
        Assert.Equal(Udp("10.1.0.5", "10.0.0.5").Options(options).Hops(63).BuildPacket(), Assert.Single(net.Receive(T)));
    }

    [Fact]
    [Trait("Fault", "8")]
    public void PayloadLengthThatLies_IsBadIp()
    {
        TestSwitch net = CreateRouted();
        foreach (int length in new[] { 0, 29, 40, 65_535 })
        {
            FrameBuilder Packet(FrameBuilder builder) =>
                builder.Udp("fd01::5", "fd00::5", 20).Header(p => BinaryPrimitives.WriteUInt16BigEndian(p.AsSpan(4), (ushort)length));
            net.Send(V, Packet(new FrameBuilder()).BuildPacket());
            net.Send(A, Packet(net.ToRouter(A)).Build());
        }

        Assert.Equal((4, 4), (net.Ports[V].Counters.Drops(DropReason.BadIp), net.Ports[A].Counters.Drops(DropReason.BadIp)));
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [Trait("Fault", "8")]
    [InlineData(8)]
    [InlineData(100)]
    public void ExtensionHeaders_PassUnwalked(int count)
    {
        TestSwitch net = CreateRouted();
        byte[] headers = [.. Enumerable.Range(0, count).Select(i => (byte)(i == 0 ? 0 : i % 2 == 0 ? 60 : 43))];
        net.Send(V, Udp("fd01::5", "fd00::5").Extensions(headers).BuildPacket());
        Assert.Equal(Udp("fd01::5", "fd00::5").Extensions(headers).Hops(63).BuildPacket(), Assert.Single(net.Receive(T)));
        net.Send(V, Udp("fd01::5", "fd07::5").Extensions(headers).BuildPacket()); // nowhere: whether to report it asks what it is
        Assert.Equal(count <= 8 ? [V] : [], net.Receivers());
        net.Send(V, Udp("fd01::5", "fd01::fe").Extensions(headers).BuildPacket());
        net.Receivers();
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "8")]
    public void CutAtEveryOctet_NothingFails()
    {
        byte[][] whole =
        [
            Udp("fd01::5", "fd00::5").Extensions(0, 43, 44, 60).BuildPacket(),
            Udp("fd01::5", "fd07::5").Extensions(0, 43, 60).BuildPacket(),
            Udp("10.1.0.5", "10.7.0.5").Options(1, 1, 1, 1).BuildPacket(),
            new FrameBuilder().Echo("fd01::5", "fd01::fe").BuildPacket(),
            new FrameBuilder().Echo("10.1.0.5", "10.1.0.254").BuildPacket(),
            new FrameBuilder().From("02:00:00:00:00:01").Solicitation("fd01::5", "fd00::1").BuildPacket(),
        ];
        TestSwitch net = CreateRouted();
        foreach (byte[] packet in whole)
        {
            bool isV4 = packet[0] >> 4 == 4;
            for (int length = 0; length <= packet.Length; length++)
            {
                byte[] cut = packet[..length];
                net.Send(V, cut);
                net.Send(A, net.ToRouter(A).Type(isV4 ? EtherType.IPv4 : EtherType.IPv6).Payload(cut).Build());
                net.Send(A, net.ToTun(A, T).Type(isV4 ? EtherType.IPv4 : EtherType.IPv6).Payload(cut).Build());
                if (length > 40 && !isV4)
                {
                    byte[] consistent = [.. cut]; // the header says that it is so short
                    BinaryPrimitives.WriteUInt16BigEndian(consistent.AsSpan(4), (ushort)(length - 40));
                    net.Send(V, consistent);
                    net.Send(A, net.ToRouter(A).Type(EtherType.IPv6).Payload(consistent).Build());
                }
            }

            net.Receivers();
        }

        net.Wait(5);
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "9")]
    public void Fragments_PassAsTheyAre()
    {
        TestSwitch net = CreateRouted();
        byte[][] fragments =
        [
            Udp("10.1.0.5", "10.1.0.6", 64).FragmentWord(0x2000).BuildPacket(),
            Udp("10.1.0.5", "10.1.0.6", 64).FragmentWord(0x2004).BuildPacket(), // overlaps the first
            Udp("10.1.0.5", "10.1.0.6", 1).FragmentWord(0x0001).BuildPacket(), // teardrop: ends inside the first
            Udp("10.1.0.5", "10.1.0.6", 1400).FragmentWord(0x1FFF).BuildPacket(), // ends behind 65,535: ping of death
            Udp("10.1.0.5", "10.1.0.6", 3).FragmentWord(0x2000).BuildPacket(), // no multiple of 8
        ];
        int to = net.PlugTun("10.1.0.6/24");
        foreach (byte[] fragment in fragments)
        {
            net.Send(V, fragment);
            Assert.Equal(fragment, Assert.Single(net.Receive(to)));
        }

        net.Send(V, new FrameBuilder().Echo("10.1.0.5", "10.1.0.254").FragmentWord(0x2000).BuildPacket()); // to the switch, which joins nothing
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }
}
