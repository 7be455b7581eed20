using VSwitch.Devices;
using VSwitch.Forwarding;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Tests.Forwarding;

public sealed class ServerGuardTests
{
    private const byte HopByHop = 0;
    private const byte Routing = 43;
    private const byte DestinationOptions = 60;

    private static readonly byte[] s_advertisement = [134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] s_redirect = [137, 0, 0, 0, .. new byte[36]];

    public static TheoryData<string, byte[]> OfServers => new()
    {
        { "router advertisement", RouterAdvertisement().Build() },
        { "redirect", Frame().Discovery("fe80::1", "fd00::5", s_redirect).Build() },
        { "DHCP offer", Frame().Udp("10.0.0.9", "255.255.255.255", 300, 67, 68).Build() },
        { "DHCPv6 reply", Frame().Udp("fe80::9", "fe80::5", 100, 547, 546).Build() },
        { "behind options", RouterAdvertisement().Extensions(HopByHop).Build() },
        { "behind three extension headers", RouterAdvertisement().Extensions(HopByHop, DestinationOptions, Routing).Build() },
        { "behind nine", RouterAdvertisement().Extensions([.. Enumerable.Repeat(DestinationOptions, 9)]).Build() },
        { "priority-tagged", RouterAdvertisement().Vlan(0).Build() },
        { "double-tagged", RouterAdvertisement().Vlan(7, tpid: EtherType.ServiceVlan).Vlan(5).Build() },
        { "in SNAP", InSnap(RouterAdvertisement().Build()) },
        { "tag in SNAP", InSnap(RouterAdvertisement().Vlan(0).Build()) },
        { "behind nine tags", Enumerable.Range(1, 9).Aggregate(RouterAdvertisement(), (f, vid) => f.Vlan(vid)).Build() },
        { "first fragment", Fragment(0, s_advertisement) },
        { "first fragment without its protocol", Fragment(0, []) },
        { "header chain that is cut", RouterAdvertisement().Extensions(HopByHop).Build()[..^18] },
        { "first fragment of DHCP", Frame().Udp("10.0.0.9", "10.0.0.5", 300, 67, 68).FragmentWord(0x2000).Build() },
    };

    public static TheoryData<string, byte[]> OfAnybody => new()
    {
        { "router solicitation", Frame().Discovery("fe80::1", "ff02::2", [133, 0, 0, 0, 0, 0, 0, 0]).Build() },
        { "neighbour solicitation", Frame().Solicitation("fd00::1", "fd00::5").Build() },
        { "DHCP discover", Frame().Udp("0.0.0.0", "255.255.255.255", 300, 68, 67).Build() },
        { "DHCPv6 solicit", Frame().Udp("fe80::9", "ff02::1:2", 100, 546, 547).Build() },
        { "a later fragment", Fragment(0x10, s_advertisement) },
        { "TCP from port 67", Frame().Tcp("10.0.0.9", "10.0.0.5", 20, new TcpFields { SourcePort = 67 }).Build() },
        { "ARP", Frame().ArpRequest("10.0.0.1", "10.0.0.2").Build() },
        { "no IP", Frame().Build() },
        { "a length", Frame().Type((EtherType)46).Build() },
    };

    [Theory]
    [MemberData(nameof(OfServers))]
    [Trait("Fault", "39")]
    public void WhatServersSay_FromAnUntrustedPort_IsDropped(string what, byte[] frame)
    {
        (TestSwitch net, int untrusted) = Create();
        net.Send(untrusted, frame);
        Assert.Empty(net.Receivers());
        Assert.True(net.Ports[untrusted].Counters.Drops(DropReason.RogueServer) == 1, what);
        Assert.Equal(0, net.Unaccounted());
        net.Send(0, frame);
        Assert.Equal([1, untrusted], net.Receivers());
    }

    [Theory]
    [MemberData(nameof(OfAnybody))]
    [Trait("Fault", "39")]
    public void WhatAnybodySays_FromAnUntrustedPort_Passes(string what, byte[] frame)
    {
        (TestSwitch net, int untrusted) = Create();
        net.Send(untrusted, frame);
        Assert.True(net.Receivers() is [0, 1], what);
    }

    [Fact]
    [Trait("Fault", "39")]
    public void WhatServersSay_FromAnUntrustedTun_IsDropped()
    {
        var net = new TestSwitch(1);
        int tun = net.PlugTun(new PortOptions { IsTrusted = false });
        net.Send(tun, RouterAdvertisement().BuildPacket());
        Assert.Empty(net.Receivers());
        Assert.Equal(1, net.Ports[tun].Counters.Drops(DropReason.RogueServer));
    }

    /// <summary>What is not understood passes or not, but never throws.</summary>
    [Fact]
    [Trait("Fault", "11")]
    public void IsOfServer_CutAndMutated_NeverThrows()
    {
        var random = new Random(5);
        byte[][] frames = [.. OfServers.Concat(OfAnybody).Select(row => row.Data.Item2)];
        foreach (byte[] frame in frames)
        {
            for (int length = 0; length <= frame.Length; length++)
            {
                ServerGuard.IsOfServer(frame.AsSpan(0, length));
            }
        }

        for (int i = 0; i < 100_000; i++)
        {
            byte[] frame = [.. frames[random.Next(frames.Length)]];
            for (int changes = random.Next(1, 8); changes > 0; changes--)
            {
                frame[random.Next(12, Math.Min(frame.Length, 80))] = (byte)random.Next(256);
            }

            ServerGuard.IsOfServer(frame);
        }
    }

    private static (TestSwitch Net, int Untrusted) Create()
    {
        var net = new TestSwitch(2);
        (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair("untrusted");
        net.Stations.Add(new Station(outside));
        net.Ports.Add(net.Switch.AddPort(inside, options: new PortOptions { IsTrusted = false }));
        return (net, 2);
    }

    private static FrameBuilder Frame() => new FrameBuilder().From("02:00:00:00:00:99").To(MacAddress.Broadcast);

    private static FrameBuilder RouterAdvertisement() => Frame().Discovery("fe80::1", "ff02::1", s_advertisement);

    private static byte[] Fragment(int fragmentWord, byte[] payload) =>
        Frame().Raw("fe80::1", "ff02::1", 44, [58, 0, (byte)(fragmentWord >> 8), (byte)fragmentWord, 0, 0, 0, 1, .. payload]).Build();

    private static byte[] InSnap(byte[] frame)
    {
        int length = frame.Length - 14 + 8;
        return [.. frame[..12], (byte)(length >> 8), (byte)length, 0xAA, 0xAA, 3, 0, 0, 0, .. frame[12..]];
    }
}
