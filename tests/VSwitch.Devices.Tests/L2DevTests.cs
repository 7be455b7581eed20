using System.Net;
using System.Net.Sockets;
using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Tests;

public class L2DevTests
{
    [Fact]
    [Trait("Clause", "L1")]
    public async Task Open_EmptyName_KernelChooses()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        Assert.StartsWith("tap", tap.Name, StringComparison.Ordinal);
        Assert.Equal(1500, tap.Mtu);
        Assert.True(tap.IsUp);
        Assert.Equal(tap.HardwareAddress, ns.Link(tap.Name).HardwareAddress);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "L2")]
    [Trait("Clause", "L4")]
    [Trait("Clause", "L5")]
    [Trait("Clause", "L9")]
    [Trait("Clause", "T1")]
    [Trait("Clause", "T2")]
    public async Task TwoTapsInNamespaces_CarryUdpBothFamilies(bool offload)
    {
        using TestNamespace left = new();
        using TestNamespace right = new();
        await using L2Dev a = left.Tap(new TunTapOptions { Offload = offload });
        await using L2Dev b = right.Tap(new TunTapOptions { Offload = offload });
        a.SetIPv4(IpPrefix.Parse("10.9.0.1/24"));
        b.SetIPv4(IpPrefix.Parse("10.9.0.2/24"));
        a.SetIPv6(IpPrefix.Parse("fd09::1/64"));
        b.SetIPv6(IpPrefix.Parse("fd09::2/64"));
        await using Relay relay = new(a, b);

        foreach ((string from, string to) in new[] { ("10.9.0.1", "10.9.0.2"), ("fd09::1", "fd09::2") })
        {
            using Socket receiver = await Bind(right, new IPEndPoint(IPAddress.Parse(to), 9));
            using Socket sender = await Bind(left, new IPEndPoint(IPAddress.Parse(from), 9));
            byte[] sent = [.. Enumerable.Range(0, 1400).Select(i => (byte)(i * 7))];
            await sender.SendToAsync(sent, SocketFlags.None, receiver.LocalEndPoint!, TestContext.Current.CancellationToken);
            byte[] received = new byte[2000];
            int length = await Bounded.Within(receiver.ReceiveAsync(received, SocketFlags.None, TestContext.Current.CancellationToken));
            Assert.Equal(sent, received[..length]);
        }
    }

    // An IPv6 address cannot be bound before DAD has ended.
    private static async Task<Socket> Bind(TestNamespace ns, IPEndPoint local)
    {
        Socket? socket = null;
        await Bounded.Until(
            () =>
            {
                try
                {
                    socket = ns.Udp(local);
                    return true;
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
                {
                    return false;
                }
            },
            $"{local} is usable");
        return socket!;
    }
}
