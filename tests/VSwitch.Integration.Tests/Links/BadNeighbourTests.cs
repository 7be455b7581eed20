using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Links;

/// <summary>A port that is stuck or broken does not hold up the others.</summary>
[Collection(Collections.Heavy)]
public class BadNeighbourTests
{
    private static readonly MacAddress s_stuck = new(0x0200_0000_0F01);

    [Fact]
    [Trait("Fault", "58")]
    public async Task StuckPort_NobodyReads_OthersGoOnAndItsQueueIsBounded()
    {
        await using SwitchLab lab = new();
        (PipeDevice inside, PipeDevice outside) = PipeDevice.CreatePair("stuck", offloads: OffloadKinds.All);
        lab.Host.AddPort(inside, "stuck");
        SwitchPort stuck = lab.Switch.FindPort("stuck")!;
        Station station = new(outside);
        station.Send(new FrameBuilder().From(s_stuck).To(lab[0].Mac).Build());
        await Bounded.Until(() => lab.Switch.GetStations().Any(s => s.Mac == s_stuck));

        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        using PacketSocket a = lab[0].Packets();
        byte[] toStuck = new FrameBuilder().From(lab[0].Mac).To(s_stuck).Payload(new byte[1500]).Build();
        while (stuck.Counters.Drops(DropReason.EgressFull) < 1000)
        {
            a.Send(toStuck);
        }

        Assert.InRange(stuck.Counters.SentOctets, 1, 2 * PipeDevice.DefaultCapacityOctets);
        await flow.Progress(64 << 20);
        await flow.Stop();

        // And as soon as somebody reads, it is as good as any other: what it held comes in order, then what is new.
        Assert.All(station.Receive().Where(f => f.Length == toStuck.Length), f => Assert.Equal(toStuck, f));
        byte[] marker = new FrameBuilder().From(lab[0].Mac).To(s_stuck).Payload([1, 2, 3]).Build();
        a.Send(marker);
        await Bounded.Until(() => station.Receive().Any(f => f.AsSpan().SequenceEqual(marker)), "the marker arrives");
    }

    [Fact]
    [Trait("Fault", "58")]
    public async Task StuckPort_Floods_ReachTheOthers()
    {
        await using SwitchLab lab = new(3);
        (PipeDevice inside, _) = PipeDevice.CreatePair("stuck", capacityOctets: 1 << 16);
        lab.Host.AddPort(inside, "stuck");
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        using PacketSocket c = lab[2].Packets();
        byte[] flood = new FrameBuilder().From(lab[0].Mac).To(MacAddress.Broadcast).Payload(new byte[1000]).Build();
        while (lab.Switch.FindPort("stuck")!.Counters.Drops(DropReason.EgressFull) < 100)
        {
            a.Send(flood);
        }

        byte[] marker = new FrameBuilder().From(lab[0].Mac).To(MacAddress.Broadcast).Payload([9, 9, 9]).Build();
        foreach (PacketSocket each in new[] { b, c })
        {
            List<byte[]> seen = [];
            await Bounded.Until(() => Saw(each, seen), "the marker");
            Assert.True(seen.Count(f => f.AsSpan().SequenceEqual(flood)) >= 100);
        }

        // The kernel may drop what it has no room for while the switch has no time: the marker is sent until it is seen.
        bool Saw(PacketSocket socket, List<byte[]> seen)
        {
            a.Send(marker);
            while (socket.TryReceive(50) is { } frame)
            {
                seen.Add(frame);
                if (frame.AsSpan().SequenceEqual(marker))
                {
                    return true;
                }
            }

            return false;
        }
    }

    [Fact]
    [Trait("Fault", "83")]
    public async Task FaultyDevice_ThrowsOnEveryCall_FaultStaysInItsPort()
    {
        const int Faults = 5; // a pause follows each
        await using SwitchLab lab = new();
        FaultyDevice device = new() { Frames = Faults };
        lab.Host.AddPort(device, "faulty");
        SwitchPort port = lab.Switch.FindPort("faulty")!;
        await using TcpFlow flow = await TcpFlow.Start(lab[0], lab[1]);
        using PacketSocket a = lab[0].Packets();
        a.Send(new FrameBuilder().From(lab[0].Mac).To(MacAddress.Broadcast).Build());
        await Bounded.Until(() => port.Counters.Drops(DropReason.DeviceFault) > 0, "the flood to the faulty device is counted");
        await Bounded.Until(() => port.Counters.Faults >= Faults, "every fault is counted");
        await flow.Progress(16 << 20);
        await flow.Stop();
        Assert.Equal(device.Calls, port.Counters.Faults);
        Assert.Equal(0, lab.Counters(0).Faults + lab.Counters(1).Faults);
    }
}
