using VSwitch.Devices.Filters;
using VSwitch.Frames;
using VSwitch.TestKit;
using VSwitch.Tool.Ports;
using VSwitch.Tracing;
using static VSwitch.Integration.Tests.Bridging.Frames;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>What policies do together with MTUs, TUN ports, and traces.</summary>
public class PolicyTests
{
    private const int Mtu = 1500;

    /// <summary>The tag is no part of what the MTU counts, whether the station sent it or the switch puts it on.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Fault", "3")]
    public async Task LongestPacket_PassesWithATag_OneOctetMoreDoesNot(bool isTaggedBySender)
    {
        await using SwitchLab lab = new(
            2, (i, spec) => spec with { Mtu = i == 0 ? 9000 : Mtu }, plug: i => With(i == 0 && !isTaggedBySender ? Access(10) : Trunk("10")));
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        a.Send(Frame(Mtu + 1, isTaggedBySender));
        a.Send(Frame(Mtu, isTaggedBySender));
        byte[] expected = Frame(Mtu, isTagged: true);
        List<byte[]> seen = b.ReceiveUntil(f => Is(f, expected), "the longest frame");
        Assert.DoesNotContain(seen, f => f.Length > expected.Length);
        Assert.Equal(1, lab.Counters(1).Drops(DropReason.Oversize));

        byte[] Frame(int payload, bool isTagged)
        {
            FrameBuilder frame = new FrameBuilder().From(lab[0].Mac).To(lab[1].Mac).Payload(new byte[payload]);
            return (isTagged ? frame.Vlan(10) : frame).Build();
        }
    }

    /// <summary>No frame that a TAP can carry is longer than the buffer it is read into: the kernel would cut it and say nothing.</summary>
    [Fact]
    [Trait("Fault", "4")]
    public async Task LongestFrameThatATapCanCarry_ArrivesWhole()
    {
        const int LargestMtu = 65_521;
        await using SwitchLab lab = new(2, (_, spec) => spec with { Mtu = LargestMtu }, plug: _ => With(Trunk("10")));
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        byte[] payload = new byte[LargestMtu];
        new Random(4).NextBytes(payload);
        byte[] longest = new FrameBuilder().From(lab[0].Mac).To(lab[1].Mac).Vlan(10).Payload(payload).Build();
        a.Send(longest);
        b.ReceiveUntil(f => Is(f, longest), "the longest frame");
        Assert.Equal(0, lab.Counters(0).Drops(DropReason.Truncated));
    }

    [Fact]
    public async Task TunPort_ReachesVlan1_AndNoOther()
    {
        await using SwitchLab lab = new(
            3, (i, spec) => spec with { Kind = i == 0 ? PortKind.Tun : PortKind.Tap }, plug: i => i == 0
                ? new PortOptions { HardwareAddress = LabStation.MacOf(0), Addresses = [.. Addresses()] }
                : With(Access((ushort)(i == 1 ? 1 : 10))));
        await lab.Reach(0, 1);
        await lab.Reach(1, 0);
        LabProcess inVain = await lab.Run(0, Programs.Ping, "-n", "-c", "1", "-W", "1", $"{lab[2].IPv4}");
        Assert.NotEqual(0, inVain.ExitCode);
        inVain = await lab.Run(2, Programs.Ping, "-n", "-c", "1", "-W", "1", $"{lab[0].IPv4}");
        Assert.NotEqual(0, inVain.ExitCode);
        Assert.Equal(0, lab.Counters(2).SentFrames);

        static IEnumerable<Identifiers.IpPrefix> Addresses() =>
            [Identifiers.IpPrefix.Parse("10.88.0.1/24", null), Identifiers.IpPrefix.Parse("fd00:88::1/64", null)];
    }

    [Fact]
    public async Task Trace_OfARealPing_SaysWhatExplainForetold()
    {
        if (!PcapFilter.IsAvailable)
        {
            Assert.Skip("no libpcap: install the package libpcap0.8");
        }

        await using SwitchLab lab = new(3, plug: i => With(i == 2 ? Trunk("10") : Access(10)));
        await lab.Reach(0, 1);
        byte[] echo = new FrameBuilder().From(lab[0].Mac).To(lab[1].Mac).Echo($"{lab[0].IPv4}", $"{lab[1].IPv4}").Build();
        ForwardingTrace foretold = lab.Switch.Explain(lab.Port(0), echo);
        Assert.True(foretold.IsHypothetical);
        Assert.Equal([lab[1].Port], foretold.SentTo);

        TraceRequest request = new() { Count = 2, Port = lab[0].Port, Filter = PcapFilter.Compile("icmp[0] = 8") };
        using (TraceSession session = lab.Switch.StartTrace(request))
        {
            await lab.Succeed(0, Programs.Ping, "-n", "-c", "2", "-i", "0.01", "-w", "10", $"{lab[1].IPv4}");
            for (int i = 0; i < 2; i++)
            {
                ForwardingTrace real = await Bounded.Within(session.Traces.ReadAsync(TestContext.Current.CancellationToken).AsTask());
                Assert.False(real.IsHypothetical);
                Assert.Equal((lab[0].Port, foretold.Steps.Count), (real.Ingress, real.Steps.Count));
                Assert.Equal(foretold.SentTo, real.SentTo);
                Assert.Equal(foretold.Steps.Select(s => (s.Number, s.Verdict, s.Port)), real.Steps.Select(s => (s.Number, s.Verdict, s.Port)));
                Assert.Equal(real.SentTo, lab.Switch.Explain(lab.Port(0), real.Frame.Span).SentTo);
            }

            Assert.False(await Bounded.Within(session.Traces.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask()), "it has as many as were asked for");
        }

        // Ended sessions leave room for others, however they ended.
        for (int i = 0; i < 20; i++)
        {
            lab.Switch.StartTrace(new TraceRequest { Count = TraceRequest.MaxCount }).Dispose();
        }

        await lab.Reach(0, 1);
    }
}
