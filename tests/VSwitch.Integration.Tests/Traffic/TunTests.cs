using System.Net.Sockets;
using VSwitch.Devices;

namespace VSwitch.Integration.Tests.Traffic;

/// <summary>Super-packets of a TUN with offloads reach one without as packets of its MTU, and the kernel there finds nothing wrong.</summary>
[Collection(Collections.Heavy)]
public class TunTests
{
    private const long Octets = 24L << 20;
    private const int Mtu = 1500;

    [Theory]
    [InlineData(TunCableKind.Copy, AddressFamily.InterNetwork)]
    [InlineData(TunCableKind.Copy, AddressFamily.InterNetworkV6)]
    [InlineData(TunCableKind.PointToPoint, AddressFamily.InterNetwork)]
    [InlineData(TunCableKind.PointToPoint, AddressFamily.InterNetworkV6)]
    [InlineData(TunCableKind.Joiner, AddressFamily.InterNetwork)]
    [InlineData(TunCableKind.Joiner, AddressFamily.InterNetworkV6)]
    [Trait("Fault", "15")]
    [Trait("Fault", "16")]
    public async Task Stream_ToATunWithoutOffloads_ArrivesAsSent(TunCableKind kind, AddressFamily family)
    {
        await using TunCable cable = await TunCable.Plug(kind);
        await using (TcpFlow there = await TcpFlow.Start(cable.Able, cable.Plain, family, Octets))
        {
            Assert.Equal(Octets, await there.Finish());
        }

        TrafficCounters counters = cable.ToPlain;
        Assert.True(counters.Replicated > Octets / Mtu / 2, $"{counters.Replicated} packets came of super-packets");
        Assert.InRange(counters.SentOctets / counters.SentFrames, 1, Mtu);

        await using (TcpFlow back = await TcpFlow.Start(cable.Plain, cable.Able, family, Octets / 8))
        {
            Assert.Equal(Octets / 8, await back.Finish());
        }

        Assert.Equal(0, counters.Drops(Frames.DropReason.BadOffload) + counters.Drops(Frames.DropReason.DeviceRefused));
        Assert.Equal(KernelErrors.None, KernelErrors.Of(cable.Able));
        Assert.Equal(KernelErrors.None, KernelErrors.Of(cable.Plain));
    }
}
