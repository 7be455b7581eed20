using System.Buffers.Binary;
using VSwitch.Neighbors;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.TestKit.TestSwitch;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Fault 37: a million invented addresses. The tables are bounded, who is there stays, others are still served.</summary>
[Trait("Fault", "37")]
public sealed class NeighborStormTests
{
    private const int Million = 1_000_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void InventedSenders_LeaveTheOthersTheirEntries(bool isArp)
    {
        TestSwitch net = Create(new SwitchOptions { Neighbors = new NeighborOptions { Capacity = 1024 } });
        net.Announce(B, "10.0.0.2");
        byte[] frame = isArp ? Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.1").Build() : Frame(A, A).Solicitation("fd00::1", "fd00::77").Build();
        for (int i = 0; i < Million / 4; i++)
        {
            if (isArp)
            {
                BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(14 + 14), 0x0B00_0000 + i);
                BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(14 + 24), 0x0B00_0000 + i);
            }
            else
            {
                // The checksum stays right: what is added to one word is taken from another.
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(22 + 4), (ushort)i);
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(22 + 6), (ushort)~i);
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(22 + 8), (ushort)(i >> 16));
                BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(22 + 10), (ushort)~(i >> 16));
            }

            net.Stations[A].Send(frame);
            if (i % 64 == 63)
            {
                net.Switch.Run();
                net.Receivers();
            }
        }

        net.Switch.Run();
        net.Receivers();
        Assert.InRange(net.Switch.Neighbors.Count, 3, 1024);
        Assert.NotNull(net.Neighbor("10.0.0.2"));
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.2"));
        Assert.Equal([B], net.Receivers());
        net.Announce(B, "10.0.0.3"); // and another is learned
        net.Send(T, IpPacket.Udp("10.0.0.5", "10.0.0.3"));
        Assert.Equal([B], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    public void InventedTargets_AreAskedForWithinBounds_AndOthersStillResolve()
    {
        TestSwitch net = Create();
        byte[] packet = IpPacket.Udp("fd00::5", "fd00::77");
        int asked = 0;
        for (int i = 0; i < Million; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(32), i);
            net.Stations[T].Send(packet);
            if (i % 64 == 63)
            {
                net.Switch.Run();
                asked += net.Receive(A).Count;
                net.Receivers();
            }
        }

        net.Switch.Run();
        asked += net.Receive(A).Count;
        net.Receivers();
        Assert.InRange(asked, 1, new NeighborOptions().MaxResolving);
        Assert.InRange(net.Switch.Neighbors.Resolving, 1, new NeighborOptions().MaxResolving);
        Assert.Equal(128, net.Unaccounted()); // one port has half of the places at most
        net.Send(U, IpPacket.Udp("fd00::6", "fd00::1"));
        Assert.Equal("fd00::1", Assert.Single(net.Discoveries(A)).Target);
        Assert.Equal(129, net.Unaccounted());
        net.Receivers();
        net.Send(A, net.ToTun(A, U).Advertisement("fd00::1", "fd00::6", "fd00::1", 0x60).Build());
        Assert.Equal([A], net.Receivers());
        net.Wait(4);
        Assert.Equal(0, net.Unaccounted());
        Assert.Equal(0, net.Switch.Neighbors.Resolving);
    }

    [Fact]
    public void InventedSourcesFromATun_AreBounded()
    {
        var net = new TestSwitch(1, new SwitchOptions { Neighbors = new NeighborOptions { Capacity = 1024 } });
        int wild = net.PlugTun();
        int tame = net.PlugTun("10.0.0.6/24");
        byte[] packet = IpPacket.Udp("11.0.0.1", "10.0.0.6");
        for (int i = 0; i < Million / 4; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(12), 0x0B00_0001 + i);
            IPv4Header.WriteChecksum(packet.AsSpan(0, 20));
            net.Stations[wild].Send(packet);
            if (i % 64 == 63)
            {
                net.Switch.Run();
                net.Receivers();
            }
        }

        net.Switch.Run();
        net.Receivers();
        Assert.InRange(net.Switch.Neighbors.Count, 2, 1024);
        net.Announce(0, "10.0.0.1");
        net.Send(tame, IpPacket.Udp("10.0.0.6", "10.0.0.1"));
        Assert.Equal([0], net.Receivers());
        Assert.Equal(0, net.Unaccounted());
    }
}
