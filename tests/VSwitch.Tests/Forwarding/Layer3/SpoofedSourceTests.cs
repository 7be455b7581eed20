using VSwitch.Frames;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Faults 40 and 42: sources that nobody has there, and packets that make no sense.</summary>
public sealed class SpoofedSourceTests
{
    [Theory]
    [Trait("Fault", "40")]
    [InlineData("10.0.0.6", DropReason.NeighborConflict)] // another TUN's
    [InlineData("10.1.0.5", DropReason.ReversePath)] // of another network
    [InlineData("10.0.0.254", DropReason.ReversePath)] // the switch's
    [InlineData("192.0.2.1", DropReason.ReversePath)]
    [InlineData("127.0.0.1", DropReason.ReversePath)]
    [InlineData("0.0.0.0", DropReason.ReversePath)]
    [InlineData("0.1.2.3", DropReason.ReversePath)]
    [InlineData("224.0.0.1", DropReason.ReversePath)]
    [InlineData("240.0.0.1", DropReason.ReversePath)]
    [InlineData("255.255.255.255", DropReason.ReversePath)]
    [InlineData("fd00::6", DropReason.NeighborConflict)]
    [InlineData("fd01::5", DropReason.ReversePath)]
    [InlineData("fd00::fe", DropReason.ReversePath)]
    [InlineData("::", DropReason.ReversePath)]
    [InlineData("::1", DropReason.ReversePath)]
    [InlineData("ff02::1", DropReason.ReversePath)]
    [InlineData("::ffff:10.0.0.5", DropReason.BadIp)] // an IPv4 address in IPv6
    public void FromATun_IsDroppedAndNotLearned(string source, DropReason reason)
    {
        TestSwitch net = CreateRouted();
        int neighbors = net.Switch.GetNeighbors().Count;
        net.Send(T, Udp(source, source.Contains(':', StringComparison.Ordinal) ? "fd01::5" : "10.1.0.5").BuildPacket());
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[T].Counters.Drops(reason));
        Assert.Equal(neighbors, net.Switch.GetNeighbors().Count);
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [Trait("Fault", "40")]
    [InlineData("10.0.0.254", DropReason.ReversePath)]
    [InlineData("127.0.0.1", DropReason.ReversePath)]
    [InlineData("0.0.0.0", DropReason.ReversePath)]
    [InlineData("224.0.0.1", DropReason.ReversePath)]
    [InlineData("255.255.255.255", DropReason.ReversePath)]
    [InlineData("::1", DropReason.ReversePath)]
    [InlineData("::", DropReason.ReversePath)]
    [InlineData("fd00::fe", DropReason.ReversePath)]
    public void FromATapToTheRouter_IsDropped(string source, DropReason reason)
    {
        TestSwitch net = CreateRouted();
        net.Send(A, net.ToRouter(A).Udp(source, source.Contains(':', StringComparison.Ordinal) ? "fd01::5" : "10.1.0.5", 20).Build());
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[A].Counters.Drops(reason));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "42")]
    public void Land_IsNotAnswered()
    {
        TestSwitch net = CreateRouted();
        foreach (string address in new[] { "10.0.0.254", "fd00::fe", "10.0.0.5", "fd00::5" })
        {
            net.Send(A, net.ToRouter(A).Tcp(address, address, 0, new TcpFields(Flags: 2, SourcePort: 139, DestinationPort: 139)).Build());
            net.Send(A, net.ToRouter(A).Echo(address, address).Build());
            net.Send(T, new FrameBuilder().Tcp(address, address, 0, new TcpFields(Flags: 2, SourcePort: 139, DestinationPort: 139)).BuildPacket());
            net.Send(T, new FrameBuilder().Echo(address, address).BuildPacket());
        }

        net.Receive(T); // what a TAP sends to 10.0.0.5 arrives there, wherever it says it is from
        Assert.Empty(net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "42")]
    public void PortZeroAndEveryProtocol_PassUnasked()
    {
        TestSwitch net = CreateRouted();
        for (int protocol = 0; protocol < 256; protocol++)
        {
            foreach (byte[] body in new byte[][] { [], [0], new byte[8], new byte[64] })
            {
                byte[] packet = new FrameBuilder().Raw("10.1.0.5", "10.0.0.5", (byte)protocol, body).BuildPacket();
                net.Send(V, packet);
                Assert.Equal(packet[20..], Assert.Single(net.Receive(T))[20..]);
                net.Send(V, new FrameBuilder().Raw("fd01::5", "fd00::5", (byte)protocol, body).BuildPacket());
                net.Send(V, new FrameBuilder().Raw("10.1.0.5", "10.1.0.254", (byte)protocol, body).BuildPacket()); // to the switch
                net.Send(V, new FrameBuilder().Raw("10.1.0.5", "10.7.0.1", (byte)protocol, body).BuildPacket()); // to nowhere
                net.Send(A, net.ToRouter(A).Raw("10.0.0.1", "10.0.0.254", (byte)protocol, body).Build());
                net.Receivers();
            }
        }

        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Fault", "42")]
    public void OctetsThatAreNoPacket_AreBadIp()
    {
        TestSwitch net = CreateRouted();
        byte[][] packets = [[], [0x45], [0x60], [0x00, 1, 2], [0x55, .. new byte[60]], [0x45, .. new byte[10]], [0x60, .. new byte[30]]];
        Array.ForEach(packets, p => net.Send(T, p));
        Assert.Empty(net.Receivers());
        Assert.Equal(packets.Length, net.Ports[T].Counters.Drops(DropReason.BadIp));
        net.Send(A, net.ToRouter(A).Type(EtherType.IPv4).Payload([]).Build());
        net.Send(A, net.ToRouter(A).Type((EtherType)0x88B5).Build());
        Assert.Equal((1, 1), (net.Ports[A].Counters.Drops(DropReason.BadIp), net.Ports[A].Counters.Drops(DropReason.NotForPort)));
        Assert.Equal(0, net.Unaccounted());
    }
}
