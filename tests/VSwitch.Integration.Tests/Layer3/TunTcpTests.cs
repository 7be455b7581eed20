using System.Net.Sockets;
using VSwitch.Devices;

namespace VSwitch.Integration.Tests.Layer3;

/// <summary>TCP to and from hosts behind a TUN, every octet compared, with offloads and without.</summary>
[Collection(Collections.Heavy)]
public class TunTcpTests
{
    private const long Octets = 16L << 20;
    private const int Mtu = 1500;

    public static TheoryData<Ends, AddressFamily, bool, bool> EndsAndOffloads()
    {
        TheoryData<Ends, AddressFamily, bool, bool> data = [];
        int count = 0;
        foreach (Ends ends in Enum.GetValues<Ends>())
        {
            foreach ((bool first, bool second) in new[] { (true, true), (true, false), (false, true), (false, false) })
            {
                data.Add(ends, count++ % 2 == 0 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, first, second);
            }

            data.Add(ends, AddressFamily.InterNetworkV6, true, true);
            data.Add(ends, AddressFamily.InterNetwork, true, false);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EndsAndOffloads))]
    [Trait("Fault", "15")]
    [Trait("Fault", "16")]
    public async Task Stream_AnyPairOfOffloads_ArrivesAsSent(Ends ends, AddressFamily family, bool senderOffload, bool receiverOffload)
    {
        await using SwitchLab lab = SwitchLab.Between(ends, (i, spec) => spec with { Offload = i == 0 ? senderOffload : receiverOffload });
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1], family, Octets);
        Assert.Equal(Octets, await flow.Finish());

        lab.AssertNoKernelErrors();
        TrafficCounters sender = lab.Counters(0);
        TrafficCounters receiver = lab.Counters(1);
        Assert.True(senderOffload ? sender.ReceivedOctets > 2 * Mtu * sender.ReceivedFrames : sender.ReceivedFrames >= Octets / Mtu, "super-frames come in, or none");
        if (!receiverOffload)
        {
            Assert.True(receiver.SentFrames >= Octets / Mtu, "segments go out");
        }
        else if (senderOffload)
        {
            Assert.True(receiver.SentFrames < Octets / Mtu / 2, $"{receiver.SentFrames} frames went out: super-frames cross whole");
            Assert.Equal(0, sender.Replicated);
        }
    }

    [Theory]
    [InlineData(Ends.TapTun, true)]
    [InlineData(Ends.TunTun, false)]
    public async Task Streams_BothDirectionsAndQueuesTwo_ArriveAsSent(Ends ends, bool offload)
    {
        await using SwitchLab lab = SwitchLab.Between(ends, (_, spec) => spec with { Queues = 2, Offload = offload });
        Assert.All(lab.Switch.Ports, p => Assert.Equal(2, p.Queues.Count));
        List<TcpFlow> flows = [];
        for (int i = 0; i < 4; i++)
        {
            flows.Add(await TcpFlow.Start(lab[i % 2], lab[1 - (i % 2)], i < 2 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, Octets / 4));
        }

        foreach (TcpFlow flow in flows)
        {
            Assert.Equal(Octets / 4, await flow.Finish());
            await flow.DisposeAsync();
        }

        lab.AssertNoKernelErrors();
    }

    [Theory]
    [InlineData(Ends.TapTun)]
    [InlineData(Ends.TunTap)]
    [InlineData(Ends.TunTun)]
    public async Task Stream_Jumbo_ArrivesAsSent(Ends ends)
    {
        await using SwitchLab lab = SwitchLab.Between(ends, (i, spec) => spec with { Mtu = 9000, Offload = i == 0 });
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1], limit: Octets);
        Assert.Equal(Octets, await flow.Finish());
        lab.AssertNoKernelErrors();
        Assert.True(lab.Counters(1).SentFrames < Octets / Mtu, "the segments fill the large MTU");
    }
}
