using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;
using static VSwitch.Tests.Forwarding.Layer3.Layer3Net;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Whatever comes in: no exception, each frame accounted for, none to a station that it is not for.</summary>
public sealed class Layer3MutationTests
{
    [Theory]
    [Trait("Fault", "7")]
    [Trait("Fault", "8")]
    [Trait("Fault", "10")]
    [InlineData(1, OffloadKinds.All, false)]
    [InlineData(2, OffloadKinds.None, false)]
    [InlineData(3, OffloadKinds.None, true)]
    [InlineData(4, OffloadKinds.Checksum, true)]
    [InlineData(23, OffloadKinds.Checksum, true)]
    public void MutatedTraffic_IsAccountedForExactly(int seed, OffloadKinds offloads, bool guard)
    {
        var random = new Random(seed);
        TestSwitch net = Net(offloads, guard);
        List<(int Station, byte[] Octets, OffloadInfo Offload)> corpus = Corpus(net);
        for (int i = 0; i < 50_000; i++)
        {
            (int station, byte[] octets, OffloadInfo offload) = corpus[random.Next(corpus.Count)];
            byte[] mutated = Mutate(random, octets);
            net.Stations[station].Send(mutated, Mutate(random, offload));
            if (random.Next(10) == 0)
            {
                net.Switch.Run();
                Check(net);
            }

            if (random.Next(500) == 0)
            {
                net.Advance(TimeSpan.FromMilliseconds(random.Next(3000)));
            }

            if (random.Next(1000) == 0)
            {
                Reconfigure(net, random);
            }
        }

        net.Switch.Run();
        net.Wait(10);
        Check(net);
        Assert.Equal(0, net.Unaccounted());
        Assert.Equal(0, net.Switch.GetTotals().Faults);
    }

    /// <summary>Changes what may change at run time, while frames are under way and packets wait.</summary>
    private static void Reconfigure(TestSwitch net, Random random)
    {
        var gateway = IpPrefix.Parse(random.Next(2) == 0 ? "10.0.0.254/24" : "fd01::fe/64");
        var route = IpPrefix.Parse("10.9.0.0/16");
        switch (random.Next(5))
        {
            case 0:
                net.SetLink(random.Next(2) == 0 ? T : A, up: false);
                break;
            case 1:
                net.SetLink(T, up: true);
                net.SetLink(A, up: true);
                break;
            case 2:
                net.Replug(U, new PortOptions());
                break;
            case 3 when !net.Switch.RemoveGateway(gateway.Address):
                net.Switch.AddGateway(gateway);
                break;
            case 4 when !net.Switch.RemoveRoute(route):
                net.Switch.AddRoute(route, System.Net.IPAddress.Parse("10.0.0.1"));
                break;
            default:
                break;
        }
    }

    /// <summary>A TUN gets packets only, whole and valid; a TAP what is for it, for a group, or for somebody whom nobody knows.</summary>
    private static void Check(TestSwitch net)
    {
        for (int i = 0; i < net.Stations.Count; i++)
        {
            foreach ((byte[] octets, OffloadInfo offload) in net.Stations[i].ReceiveWithOffload())
            {
                OffloadInfo described = offload;
                if (net.Ports[i].HardwareAddress is null)
                {
                    MacAddress to = MacAddress.Read(octets);
                    bool isOurs = to == net.Switch.HardwareAddress || net.Ports.Any(p => p.HardwareAddress == to);
                    Assert.False(isOurs && IsInDefaultVlan(octets), $"a frame for {to} reached TAP {i}");
                    Assert.True(described.TryValidate(octets, LinkLayer.Ethernet));
                }
                else
                {
                    Assert.True(octets[0] >> 4 is 4 or 6);
                    Assert.False(NeighborMessage.IsOfLinkLayer(octets));
                    Assert.Equal(octets.Length, octets[0] >> 4 == 4 ? (octets[2] << 8) | octets[3] : 40 + ((octets[4] << 8) | octets[5]));
                    Assert.True(described.TryValidate(octets, LinkLayer.Ip));
                }
            }
        }
    }

    private static bool IsInDefaultVlan(byte[] frame) =>
        (frame[12], frame[13]) is not ((0x81, 0) or (0x88, 0xA8)) || (((frame[14] & 0xF) << 8) | frame[15]) is 0 or 1;

    private static TestSwitch Net(OffloadKinds offloads, bool guard)
    {
        var net = new TestSwitch(2, new SwitchOptions { Neighbors = new() { Guard = guard, Capacity = 512 }, BurstFrames = guard ? 5 : 64 }, OffloadKinds.All);
        net.PlugTun(new PortOptions { Addresses = [IpPrefix.Parse("10.0.0.5/24"), IpPrefix.Parse("fd00::5/64")] }, offloads: offloads);
        net.PlugTun(new PortOptions(), offloads: OffloadKinds.All, mtu: 1280);
        net.PlugTun(new PortOptions { Addresses = [IpPrefix.Parse("10.1.0.5/24"), IpPrefix.Parse("fd01::5/64")] }, offloads: offloads);
        foreach (string gateway in new[] { "10.0.0.254/24", "fd00::fe/64", "10.1.0.254/24", "fd01::fe/64" })
        {
            net.Switch.AddGateway(IpPrefix.Parse(gateway));
        }

        net.Switch.AddRoute(IpPrefix.Parse("10.9.0.0/16"), System.Net.IPAddress.Parse("10.0.0.1"));
        return net;
    }

    private static List<(int Station, byte[] Octets, OffloadInfo Offload)> Corpus(TestSwitch net)
    {
        var corpus = new List<(int, byte[], OffloadInfo)>();
        (string From, string To)[] fromTap =
        [
            ("10.0.0.1", "10.0.0.5"), ("10.0.0.1", "10.1.0.5"), ("10.0.0.1", "10.0.0.254"), ("10.0.0.1", "10.7.0.1"), ("10.0.0.1", "10.0.0.6"), ("10.9.0.1", "10.1.0.5"),
            ("fd00::1", "fd00::5"), ("fd00::1", "fd01::5"), ("fd00::1", "fd00::fe"), ("fd00::1", "fd07::1"), ("fd00::1", "fd00::6"), ("10.0.0.1", "224.0.0.5"),
        ];
        foreach ((string from, string to) in fromTap)
        {
            foreach (FrameBuilder builder in new[] { net.ToRouter(A), net.ToTun(A, T), net.ToTun(A, U), TestSwitch.Frame(A, B), net.ToRouter(A).Vlan(0) })
            {
                Add(A, builder, from, to);
            }
        }

        (string From, string To)[] fromTun =
        [
            ("10.1.0.5", "10.0.0.1"), ("10.1.0.5", "10.0.0.5"), ("10.1.0.5", "10.1.0.254"), ("10.1.0.5", "10.9.0.1"), ("10.1.0.5", "10.0.0.99"), ("10.1.0.5", "10.1.0.255"),
            ("fd01::5", "fd00::1"), ("fd01::5", "fd00::5"), ("fd01::5", "fd01::fe"), ("fd01::5", "ff02::1"), ("fd01::5", "fd00::99"),
        ];
        foreach ((string from, string to) in fromTun)
        {
            Add(V, new FrameBuilder(), from, to);
        }

        Add(U, new FrameBuilder(), "10.0.0.6", "10.0.0.1");
        Add(U, new FrameBuilder(), "fd00::6", "fd00::1");
        byte[][] link =
        [
            TestSwitch.Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.254").Build(),
            TestSwitch.Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.5").Build(),
            TestSwitch.Frame(A, A).ArpRequest("10.0.0.1", "10.0.0.1").Build(),
            net.ToRouter(A).ArpReply("10.0.0.1", "10.0.0.254").Build(),
            TestSwitch.Frame(A, A).Solicitation("fd00::1", "fd00::5").Build(),
            TestSwitch.Frame(A, A).Solicitation("::", "fd00::fe").Build(),
            net.ToRouter(A).Advertisement("fd00::1", "fd00::fe", "fd00::1", 0x60).Build(),
            TestSwitch.Frame(A, A).To("33:33:00:00:00:01").Advertisement("fd00::1", "ff02::1", "fd00::1", 0x20).Build(),
            TestSwitch.Frame(A, A).To("33:33:00:00:00:01").Discovery("fe80::1", "ff02::1", [134, 0, 0, 0, .. new byte[12]]).Build(),
        ];
        corpus.AddRange(link.Select(f => (A, f, default(OffloadInfo))));
        return corpus;

        void Add(int station, FrameBuilder builder, string from, string to)
        {
            bool isTap = station < T;
            bool isV4 = !from.Contains(':', StringComparison.Ordinal);
            void Take(FrameBuilder built, OffloadInfo offload = default)
            {
                if (isTap)
                {
                    corpus.Add((station, built.Build(), offload));
                }
                else if (offload.TryMove(-14))
                {
                    corpus.Add((station, built.BuildPacket(), offload));
                }
            }

            Take(builder.Udp(from, to, 30));
            Take(builder.Udp(from, to, 1400));
            Take(builder.Udp(from, to, 30).Padding(9, 0x99));
            Take(builder.Echo(from, to));
            Take(builder.Tcp(from, to, 0));
            Take(builder.Icmp(from, to, isV4 ? (byte)3 : (byte)1, 1, new byte[40]));
            Take(builder.Udp(from, to, 30).Hops(1));
            if (isV4)
            {
                Take(builder.Udp(from, to, 1400).FragmentWord(0));
                Take(builder.Udp(from, to, 1400).FragmentWord(0x2004).Options(7, 7, 4, 0, 0, 0, 0, 0));
            }
            else
            {
                Take(builder.Udp(from, to, 30).Extensions(0, 43, 44, 60));
            }

            Take(builder.Udp(from, to, 100, finishChecksum: false), builder.Offload(GsoType.None, 0));
            Take(builder.Tcp(from, to, 8000, finishChecksum: false), builder.Offload(isV4 ? GsoType.TcpIPv4 : GsoType.TcpIPv6, 1200));
            Take(builder.Udp(from, to, 8000, finishChecksum: false), builder.Offload(GsoType.UdpSegmentation, 1100));
        }
    }

    private static byte[] Mutate(Random random, byte[] octets)
    {
        byte[] mutated = [.. octets];
        int kind = random.Next(8);
        if (kind < 2)
        {
            return mutated;
        }

        if (kind == 2)
        {
            return mutated[..random.Next(mutated.Length + 1)];
        }

        if (kind == 3)
        {
            return [.. mutated, .. new byte[random.Next(100)]];
        }

        for (int i = random.Next(1, 4); i > 0; i--)
        {
            // Mostly in the headers, where it hurts.
            int at = random.Next(random.Next(3) == 0 ? mutated.Length : Math.Min(mutated.Length, 80));
            mutated[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(mutated[at] ^ (1 << random.Next(8))),
                _ => random.Next(2) == 0 ? (byte)0 : (byte)0xFF,
            };
        }

        if (random.Next(2) == 0)
        {
            int l3 = mutated.Length > 34 && mutated[12] == 8 && mutated[13] == 0 ? 14 : 0;
            int length = l3 < mutated.Length ? (mutated[l3] & 0xF) * 4 : 0;
            if (length >= 20 && l3 + length <= mutated.Length && mutated[l3] >> 4 == 4)
            {
                IPv4Header.WriteChecksum(mutated.AsSpan(l3, length)); // else the checksum finds every mutation
            }
        }

        return mutated;
    }

    private static OffloadInfo Mutate(Random random, OffloadInfo offload)
    {
        if (random.Next(6) == 0)
        {
            Span<byte> octets = stackalloc byte[OffloadInfo.Length];
            offload.Write(octets);
            octets[random.Next(octets.Length)] = (byte)random.Next(256);
            return OffloadInfo.Read(octets);
        }

        return offload;
    }
}
