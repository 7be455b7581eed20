using System.Net.Sockets;
using VSwitch.Devices;

namespace VSwitch.Integration.Tests.Traffic;

[Collection(Collections.Heavy)]
public class TcpTests
{
    private const long Octets = 48L << 20;
    private const int Mtu = 1500;

    public static TheoryData<AddressFamily, bool, bool> FamiliesAndOffloads()
    {
        TheoryData<AddressFamily, bool, bool> data = [];
        foreach (AddressFamily family in new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            foreach ((bool first, bool second) in new[] { (true, true), (true, false), (false, true), (false, false) })
            {
                data.Add(family, first, second);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(FamiliesAndOffloads))]
    [Trait("Fault", "15")]
    [Trait("Fault", "16")]
    public async Task Stream_AnyPairOfOffloads_ArrivesAsSent(AddressFamily family, bool senderOffload, bool receiverOffload)
    {
        await using SwitchLab lab = new(2, (i, spec) => spec with { Offload = i == 0 ? senderOffload : receiverOffload });
        using PacketSocket seen = lab[1].Packets();
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1], family, Octets);
        Assert.Equal(Octets, await flow.Finish());

        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[0]));
        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[1]));
        TrafficCounters sender = lab.Counters(0);
        double received = (double)sender.ReceivedOctets / sender.ReceivedFrames;
        Assert.True(senderOffload ? received > 2 * Mtu : received <= Mtu + 14, $"{received} octets a frame came in");
        if (!receiverOffload)
        {
            Assert.True(LongestOf(seen) <= Mtu + 14);
            Assert.True(lab.Counters(1).SentFrames >= Octets / Mtu);
        }
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, true)]
    [InlineData(AddressFamily.InterNetworkV6, false)]
    public async Task Streams_BothDirectionsAndQueuesTwo_ArriveAsSent(AddressFamily family, bool offload)
    {
        await using SwitchLab lab = new(2, (_, spec) => spec with { Queues = 2, Offload = offload });
        Assert.All(lab.Switch.Ports, p => Assert.Equal(2, p.Queues.Count));
        List<TcpFlow> flows = [];
        for (int i = 0; i < 6; i++)
        {
            flows.Add(await TcpFlow.Start(lab[i % 2], lab[1 - (i % 2)], family, Octets / 6));
        }

        foreach (TcpFlow flow in flows)
        {
            Assert.Equal(Octets / 6, await flow.Finish());
            await flow.DisposeAsync();
        }

        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[0]));
        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[1]));
    }

    [Fact]
    public async Task Stream_Jumbo_ArrivesAsSent()
    {
        await using SwitchLab lab = new(2, (i, spec) => spec with { Mtu = 9000, Offload = i == 0 });
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1], limit: Octets);
        Assert.Equal(Octets, await flow.Finish());
        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[1]));
        Assert.True(lab.Counters(1).SentFrames < Octets / Mtu, "the segments fill the large MTU");
    }

    // What the socket's buffer has kept of it: enough for a maximum.
    private static int LongestOf(PacketSocket seen)
    {
        int longest = 0;
        while (seen.TryReceive(0) is { } frame)
        {
            longest = Math.Max(longest, frame.Length);
        }

        Assert.NotEqual(0, longest);
        return longest;
    }
}
