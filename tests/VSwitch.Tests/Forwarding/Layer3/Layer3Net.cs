using System.Net;
using VSwitch.Identifiers;
using VSwitch.Neighbors;
using VSwitch.TestKit;

namespace VSwitch.Tests.Forwarding.Layer3;

/// <summary>Two TAPs and two TUNs in one network, and what tests do with them in few words.</summary>
/// <remarks>The host at TAP <see cref="A"/> is 10.0.0.1 and fd00::1, that at <see cref="B"/> .2 and ::2, those behind TUN <see cref="T"/> and <see cref="U"/> .5 and .6.</remarks>
internal static class Layer3Net
{
    internal const int A = 0;
    internal const int B = 1;
    internal const int T = 2;
    internal const int U = 3;

    /// <summary>Behind a third TUN, in a network of its own: 10.1.0.5 and fd01::5; in <see cref="CreateRouted"/> only.</summary>
    internal const int V = 4;

    internal static TestSwitch Create(SwitchOptions? options = null)
    {
        var net = new TestSwitch(stations: 2, options);
        net.PlugTun("10.0.0.5/24", "fd00::5/64");
        net.PlugTun("10.0.0.6/24", "fd00::6/64");
        return net;
    }

    /// <summary>The same with gateways: .254 and ::fe in both networks.</summary>
    internal static TestSwitch CreateRouted(SwitchOptions? options = null)
    {
        TestSwitch net = Create(options);
        net.PlugTun("10.1.0.5/24", "fd01::5/64");
        foreach (string gateway in new[] { "10.0.0.254/24", "fd00::fe/64", "10.1.0.254/24", "fd01::fe/64" })
        {
            net.Switch.AddGateway(IpPrefix.Parse(gateway));
        }

        return net;
    }

    /// <summary>Has the switch hear of a host at a TAP, without asking it.</summary>
    internal static void Announce(this TestSwitch net, int station, string address)
    {
        FrameBuilder frame = TestSwitch.Frame(station, station);
        net.Send(station, (address.Contains(':', StringComparison.Ordinal)
            ? frame.Solicitation(address, "fd00:ffff::1")
            : frame.ArpRequest(address, address)).Build());
        net.Receivers();
    }

    internal static NeighborEntry? Neighbor(this TestSwitch net, string address)
    {
        var wanted = IPAddress.Parse(address);
        NeighborEntry[] found = [.. net.Switch.GetNeighbors().Where(n => n.Address.Equals(wanted))];
        Assert.True(found.Length <= 1);
        return found.Length == 0 ? null : found[0];
    }

    internal static NeighborState StateOf(this TestSwitch net, string address) => net.Neighbor(address)?.State ?? NeighborState.None;

    /// <summary>The ARP messages that a station has received since it was asked last.</summary>
    internal static List<ArpSeen> Arps(this TestSwitch net, int station) => [.. net.Receive(station).Select(ArpSeen.Of).OfType<ArpSeen>()];

    /// <summary>The solicitations and advertisements that a station has received since it was asked last.</summary>
    internal static List<DiscoverySeen> Discoveries(this TestSwitch net, int station) =>
        [.. net.Receive(station).Select(DiscoverySeen.Of).OfType<DiscoverySeen>()];

    /// <summary>The one ICMP message that a station has received; it is fed nothing else.</summary>
    internal static IcmpSeen Icmp(this TestSwitch net, int station)
    {
        byte[] octets = Assert.Single(net.Receive(station));
        return IcmpSeen.Of(net.Ports[station].HardwareAddress is null ? octets[14..] : octets);
    }

    /// <summary>A UDP packet from host to host, to be framed by whoever sends it.</summary>
    internal static FrameBuilder Udp(string from, string to, int payload = 20) => new FrameBuilder().Udp(from, to, payload);

    /// <summary>A frame of TAP <paramref name="station"/> to the switch as a router.</summary>
    internal static FrameBuilder ToRouter(this TestSwitch net, int station) => new FrameBuilder().From(TestSwitch.Mac(station)).To(net.Switch.HardwareAddress);

    /// <summary>A frame of TAP <paramref name="station"/> to the hosts behind a TUN.</summary>
    internal static FrameBuilder ToTun(this TestSwitch net, int station, int tun) => new FrameBuilder().From(TestSwitch.Mac(station)).To(net.MacOf(tun));
}
