using System.Net;
using System.Net.Sockets;
using VSwitch.Devices.Netlink;
using VSwitch.Devices.Tap;
using VSwitch.Devices.Tun;
using VSwitch.Devices.TunTap;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Tests;

/// <summary>What the user does to the interface: L1, L4, L5, L7, L9.</summary>
public class InterfaceTests
{
    [Fact]
    [Trait("Clause", "L1")]
    public async Task Open_Patterns_KernelCompletesThem()
    {
        using TestNamespace ns = new();
        await using L2Dev first = ns.Tap(new TunTapOptions { Name = "port%d" });
        await using L2Dev second = ns.Tap(new TunTapOptions { Name = "port%d" });
        await using L2Dev named = ns.Tap(new TunTapOptions { Name = "fifteen-octets1" });
        Assert.Equal("port0", first.Name);
        Assert.Equal("port1", second.Name);
        Assert.Equal("fifteen-octets1", named.Name);
    }

    [Fact]
    [Trait("Clause", "L1")]
    public async Task Open_HereWithoutNamespace_Works()
    {
        Requires.Root();
        await using L2Dev tap = L2Dev.Open(new TunTapOptions { Name = $"vst{Environment.ProcessId}h", Up = false });
        using RouteNetlink route = RouteNetlink.Open();
        Assert.Equal("tun", route.GetLink(tap.Name).Kind);
        Assert.False(tap.IsUp);
        await tap.DisposeAsync();
        Assert.Null(route.TryGetLink(tap.Name));
    }

    [Fact]
    [Trait("Clause", "L1")]
    public async Task Open_SameNameInTwoNamespaces_IsFine()
    {
        using TestNamespace left = new();
        using TestNamespace right = new();
        await using L2Dev a = left.Tap(new TunTapOptions { Name = "same0" });
        await using L2Dev b = right.Tap(new TunTapOptions { Name = "same0" });
        Assert.Equal((a.Name, "same0"), ("same0", b.Name));
        Assert.NotEqual(left.Link("same0").HardwareAddress, right.Link("same0").HardwareAddress);
    }

    [Fact]
    [Trait("Clause", "L5")]
    public async Task Options_MtuAndAddressAndDown_AreApplied()
    {
        MacAddress mac = MacAddress.Parse("02:00:5e:10:00:01");
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(new TunTapOptions { Mtu = 9000, HardwareAddress = mac, Up = false });
        LinkInfo link = ns.Link(tap.Name);
        Assert.Equal((9000, mac, false), (link.Mtu, link.HardwareAddress, link.IsUp));
        Assert.Equal((9000, mac, false), (tap.Mtu, tap.HardwareAddress, tap.IsUp));

        tap.SetMtu(1400);
        Assert.Equal(1400, tap.Mtu);
        tap.SetUp();
        Assert.True(tap.IsUp);
        tap.SetDown();
        Assert.False(tap.IsUp);
    }

    [Fact]
    [Trait("Clause", "L2")]
    [Trait("Clause", "L4")]
    public async Task Tun_CarriesBareIp_AndRoutesThroughIt()
    {
        using TestNamespace ns = new();
        await using L3Dev tun = ns.Tun(new TunTapOptions { Offload = false, Up = false });
        Assert.Equal(LinkLayer.Ip, tun.LinkLayer);
        Assert.Equal(default, tun.Address);
        tun.SetAddress(IpPrefix.Parse("10.8.0.1/24"));
        Assert.Equal(IpPrefix.Parse("10.8.0.1/24"), tun.Address);
        Assert.True(tun.IsUp);
        tun.SetIPv4(IpPrefix.Parse("10.8.0.1/24")); // again is fine
        tun.SetIPv6(IpPrefix.Parse("fd08::1/64"));
        tun.AddRoute(IpPrefix.Parse("192.0.2.0/24"));
        tun.AddRoute(IpPrefix.Parse("192.0.2.0/24")); // again is fine
        tun.AddRoute(IpPrefix.Parse("198.51.100.77/24"), IPAddress.Parse("10.8.0.9"));
        tun.AddRoute(IpPrefix.Parse("2001:db8::/32"));
        tun.AddRoute(IpPrefix.Parse("2001:db8:1::/48"), IPAddress.Parse("fd08::9"));
        tun.AddRoute(IpPrefix.Parse("203.0.113.0/24"), IPAddress.Parse("fd08::9"));

        foreach (string to in new[] { "10.8.0.7", "192.0.2.5", "198.51.100.5", "203.0.113.5", "2001:db8::5", "2001:db8:1::5" })
        {
            byte[] packet = await SendThrough(ns, tun, IPAddress.Parse(to));
            byte[] destination = IPAddress.Parse(to).GetAddressBytes();
            Assert.Equal(destination.Length == 4 ? 4 : 6, packet[0] >> 4);
            Assert.Equal(destination, packet.AsSpan(destination.Length == 4 ? 16 : 24, destination.Length).ToArray());
        }

        Assert.Throws<ArgumentException>(() => tun.SetIPv4(IpPrefix.Parse("fd08::2/64")));
        Assert.Throws<ArgumentException>(() => tun.AddRoute(IpPrefix.Parse("2001:db8::/32"), IPAddress.Parse("10.8.0.9")));
    }

    [Fact]
    [Trait("Clause", "L2")]
    public async Task Tun_Send_ReachesASocket()
    {
        using TestNamespace ns = new();
        foreach (bool offload in new[] { true, false })
        {
            await using L3Dev tun = ns.Tun(new TunTapOptions { Offload = offload });
            tun.SetIPv4(IpPrefix.Parse("10.8.1.1/24"));
            using Socket socket = ns.Udp(new(IPAddress.Any, 5001));
            byte[] frame = new TestKit.FrameBuilder().Udp("10.8.1.2", "10.8.1.1", 100).Build();
            Assert.Equal(DropReason.None, tun.Send(frame.AsSpan(14)));
            Assert.Equal(DropReason.DeviceRefused, tun.Send(new byte[20])); // no IP version
            Assert.Equal(100, socket.Receive(new byte[200]));
        }
    }

    [Fact]
    [Trait("Clause", "L9")]
    public async Task Carrier_IsSeenInside_AndHere()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        tap.SetCarrier(false);
        Assert.False(tap.IsUp);
        Assert.False(ns.Link(tap.Name).HasCarrier);
        tap.SetCarrier(true);
        Assert.True(tap.IsUp);
        Assert.Equal(
            [DeviceEvent.Up, DeviceEvent.Down, DeviceEvent.Up],
            [await Next(tap), await Next(tap), await Next(tap)]);
    }

    [Fact]
    [Trait("Clause", "L9")]
    public async Task Persist_OutlivesTheDevice_AndIsAttachedTo()
    {
        using TestNamespace ns = new();
        LinkInfo before;
        await using (L2Dev tap = ns.Tap(new TunTapOptions { Name = "keep0", Persist = true, Owner = 65534, Group = 65534 }))
        {
            before = ns.Link("keep0");
            Assert.True(before.IsPersistent);
        }

        Assert.Equal(before.Index, ns.Link("keep0").Index);
        await using (L2Dev again = ns.Tap(new TunTapOptions { Name = "keep0" }))
        {
            Assert.Equal(before.HardwareAddress, again.HardwareAddress);
            Assert.True(again.IsUp);
            LinuxException busy = Assert.Throws<LinuxException>(() => ns.Tap(new TunTapOptions { Name = "keep0" }));
            Assert.Equal(Errno.EBUSY, busy.Errno);
            LinuxException queues = Assert.Throws<LinuxException>(() => ns.Tap(new TunTapOptions { Name = "keep0", Queues = 2 }));
            Assert.Equal(Errno.EBUSY, queues.Errno == Errno.EINVAL ? Errno.EBUSY : queues.Errno);
            again.SetPersist(false);
        }

        Assert.Null(ns.TryLink("keep0"));
    }

    [Fact]
    [Trait("Clause", "L9")]
    public async Task MultiQueue_SpreadsFlows_AndClosesTogether()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(new TunTapOptions { Queues = 4 });
        Assert.Equal(4, tap.Queues.Count);
        Assert.Same(tap, tap.Queues[0]);
        Assert.All(tap.Queues, q => Assert.Equal((tap.Name, tap.Mtu, true), (q.Name, q.Mtu, q.Capabilities.IsNative)));
        Assert.Equal(4, tap.Queues.Select(q => q.Handle).Distinct().Count());
        LinkInfo link = ns.Link(tap.Name);
        Assert.True(link.IsMultiQueue);
        Assert.Equal(4, link.OpenQueues);

        using PacketSocket guest = new(ns, tap.Name);
        for (ushort port = 1; port <= 64; port++)
        {
            guest.Send(new TestKit.FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 10, sourcePort: port).Build());
        }

        int[] counts = new int[4];
        await Bounded.Until(
            () =>
            {
                for (int i = 0; i < 4; i++)
                {
                    FrameBatch batch = new();
                    _ = tap.Queues[i].TryReceive(batch);
                    counts[i] += Enumerable.Range(0, batch.Count).Count(k => IsUdp(batch.Octets(k)));
                }

                return counts.Sum() == 64;
            },
            "64 datagrams on four queues");
        Assert.True(counts.Count(c => c > 0) > 1, "more than one queue carries");
        foreach (IPacketDevice queue in tap.Queues)
        {
            Assert.Equal(DropReason.None, TestFrames.SendOne(queue, TestFrames.Numbered(1)));
            Assert.Equal(1, TestFrames.NumberOf(guest.Receive(f => TestFrames.IsNumbered(f))));
        }

        await tap.Queues[2].DisposeAsync();
        await Bounded.Within(tap.Completion);
        Assert.All(tap.Queues, q => Assert.Throws<ObjectDisposedException>(() => q.TryReceive(new FrameBatch())));
        Assert.Null(ns.TryLink(link.Name));

        static bool IsUdp(ReadOnlySpan<byte> frame) => frame.Length == 52 && frame[12] == 8 && frame[23] == 17 && frame[26] == 10 && frame[35] != 0;
    }

    [Fact]
    [Trait("Clause", "L9")]
    public async Task Offload_TcpSuperFrames_PassWhole()
    {
        using TestNamespace left = new();
        using TestNamespace right = new();
        await using L2Dev a = left.Tap();
        await using L2Dev b = right.Tap();
        Assert.Equal(OffloadKinds.All, a.Capabilities.ReceiveOffloads);
        a.SetIPv4(IpPrefix.Parse("10.9.2.1/24"));
        b.SetIPv4(IpPrefix.Parse("10.9.2.2/24"));
        await using Relay relay = new(a, b);
        const int Total = 8 << 20;
        using Socket listener = right.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        using Socket client = left.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Any, 5001));
        listener.Listen(1);
        Task<long> received = Task.Run(() =>
        {
            using Socket server = listener.Accept();
            byte[] buffer = new byte[1 << 20];
            long sum = 0;
            for (int n; (n = server.Receive(buffer)) > 0; sum += n)
            {
            }

            return sum;
        }, TestContext.Current.CancellationToken);
        await Bounded.Within(Task.Run(() =>
        {
            client.Connect(new IPEndPoint(IPAddress.Parse("10.9.2.2"), 5001));
            byte[] data = new byte[Total];
            int sent = 0;
            while (sent < Total)
            {
                sent += client.Send(data.AsSpan(sent));
            }

            client.Shutdown(SocketShutdown.Both);
        }, TestContext.Current.CancellationToken));
        Assert.Equal(Total, await Bounded.Within(received));
        Assert.InRange(relay.LongestFrame, 10_000, FrameBatch.MaxFrameLength);
    }

    [Fact]
    [Trait("Clause", "L9")]
    public async Task ReadLink_UnreadQueue_ShowsWhatTheKernelDropped()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        using PacketSocket guest = new(ns, tap.Name);
        for (int i = 0; i < 2000; i++)
        {
            guest.Send(TestFrames.Numbered(i));
        }

        Assert.InRange(tap.ReadLink().TransmitDropped, 900, 1100);
    }

    private static Task<DeviceEvent> Next(L2Dev tap) => Bounded.Within(tap.Events.ReadAsync(TestContext.Current.CancellationToken));

    private static async Task<byte[]> SendThrough(TestNamespace ns, L3Dev tun, IPAddress to)
    {
        byte[] mark = [0xC0, 0xFF, 0xEE];
        using Socket socket = ns.Run(() => new Socket(to.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        await Bounded.Until(
            () =>
            {
                try
                {
                    return socket.SendTo(mark, new IPEndPoint(to, 9)) == 3;
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable)
                {
                    return false; // an IPv6 address before DAD has ended
                }
            },
            $"a datagram to {to} leaves");
        byte[]? found = null;
        await Bounded.Until(
            () =>
            {
                FrameBatch batch = new();
                _ = tun.TryReceive(batch);
                for (int i = 0; i < batch.Count; i++)
                {
                    found = batch.Octets(i).EndsWith(mark) ? batch.Octets(i).ToArray() : found;
                }

                return found is not null;
            },
            $"the packet to {to} comes out of the TUN");
        return found!;
    }
}
