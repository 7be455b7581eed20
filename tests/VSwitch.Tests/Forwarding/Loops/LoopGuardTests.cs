using VSwitch.Forwarding.Loops;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.TestKit;

namespace VSwitch.Tests.Forwarding.Loops;

public sealed class LoopGuardTests
{
    private const long Interval = 250;
    private const long Heal = 2000;
    private const long Step = LoopNet.StepMilliseconds;

    private static readonly byte[] s_broadcast = new FrameBuilder().To(MacAddress.Broadcast).Build();

    [Fact]
    [Trait("Fault", "29")]
    public void Hear_TwoPortsCabled_OneIsBlockedWithinAnInterval()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(4);
        net.Run(500);
        Assert.Empty(at.Blocked);

        net.Connect(at, 1, 3);
        at.Flood(at.Port(0), s_broadcast);
        Assert.InRange(net.RunUntil(() => at.Blocked.Any()), 0, Interval + (2 * Step)); // a step each for the errand and the cable
        net.Run(10_000);

        Assert.Equal([3], at.Blocked);
        Assert.Equal((at.Port(3), at.Port(1), true), at.TakeChanges().Select(c => (c.Port, c.Other, c.IsBlocked)).Single());
        Assert.InRange(net.UnderWay, 0, 2); // nothing circles any more, probes aside
        Assert.Equal(0, at.Guard.ForgedProbes);
    }

    [Fact]
    [Trait("Fault", "30")]
    public void Hear_TwoPortsAtASecondSwitch_OneIsBlocked()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(4);
        LoopSwitch unguarded = net.Add(4);
        unguarded.Guard.SetPorts([]);
        net.Connect((at, at.Port(0)), (unguarded, unguarded.Port(2)));
        net.Connect((at, at.Port(1)), (unguarded, unguarded.Port(3)));
        at.Flood(at.Port(2), s_broadcast);
        net.Run(Interval + (4 * Step));

        Assert.Equal([1], at.Blocked);
        net.Run(60_000);
        Assert.Equal([1], at.Blocked);
        Assert.Single(at.TakeChanges());

        net.Unplug(at, 0);
        net.Run(Heal + Interval);
        Assert.Empty(at.Blocked);
    }

    [Theory]
    [InlineData(0)]  // both at the same moment: both may block, and get over it
    [InlineData(5)]
    [InlineData(12)]
    [Trait("Fault", "30")]
    public void Hear_TwoGuardedSwitchesCrossed_OneCableStaysOpen(int phaseSteps)
    {
        LoopNet net = new();
        LoopSwitch a = net.Add(2);
        LoopSwitch b = net.Add(2, phaseSteps: phaseSteps);
        net.Connect((a, a.Port(0)), (b, b.Port(1)));
        net.Connect((a, a.Port(1)), (b, b.Port(0)));
        net.Run(60_000);
        Assert.Single(a.Blocked.Concat(b.Blocked));
        _ = (a.TakeChanges(), b.TakeChanges());
        net.Run(600_000);
        Assert.Single(a.Blocked.Concat(b.Blocked));
        Assert.Empty(a.TakeChanges().Concat(b.TakeChanges()));
    }

    [Fact]
    [Trait("Fault", "29")]
    public void Hear_PortWithItself_IsBlocked()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(3);
        net.Connect(at, 1, 1);
        net.Run(Interval);
        Assert.Equal([1], at.Blocked);
        Assert.Equal(at.Port(1), at.TakeChanges().Single().Other);
    }

    [Fact]
    [Trait("Fault", "30")]
    public void Hear_ThreePortsInOneHub_AllButOneAreBlocked()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(5);
        net.Connect(at, 1, 2, 4);
        net.Run(2 * Interval);
        Assert.Equal([2, 4], at.Blocked);
        net.Run(60_000);
        Assert.Equal([2, 4], at.Blocked);
    }

    [Fact]
    [Trait("Fault", "30")]
    public void Advance_OpenPortOfThreeUnplugged_OneOfTheOthersOpens()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(5);
        net.Connect(at, 1, 2, 4);
        net.Run(1000);
        net.Unplug(at, 1);
        net.RunUntil(() => at.Blocked.Count() == 1, Heal + Interval);
        net.Run(60_000);
        Assert.Equal([4], at.Blocked);
    }

    [Fact]
    [Trait("Fault", "29")]
    public void Advance_Unplugged_OpensAfterHealTimeAndNotBefore()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(2);
        net.Connect(at, 0, 1);
        net.Run(5000);
        net.Unplug(at, 1);
        net.Run(Heal - Interval - Step);
        Assert.Equal([1], at.Blocked);
        net.Run(Interval + (2 * Step));
        Assert.Empty(at.Blocked);
        Assert.Equal([true, false], at.TakeChanges().Select(c => c.IsBlocked));
    }

    [Fact]
    public void Advance_IntervalLongerThanHealTime_WaitsForProbesThatDoNotComeBack()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(2, new() { ProbeInterval = TimeSpan.FromSeconds(10) });
        net.Connect(at, 0, 1);
        net.Run(300_000);
        Assert.Equal([1], at.Blocked);
        Assert.Single(at.TakeChanges());
        net.Unplug(at, 0);
        net.Run(30_000 + Step);
        Assert.Empty(at.Blocked);
    }

    [Fact]
    public void Advance_AfterTheSwitchStoodStill_DoesNotOpenAtOnce()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(2);
        net.Connect(at, 0, 1);
        net.Run(1000);
        List<PortId> due = [];
        at.Guard.Advance(net.Now + 60_000, due);
        Assert.Equal(at.Port(1), due[1]);
        Assert.Equal([1], at.Blocked);
    }

    [Fact]
    public void Advance_NothingConnected_ProbesEveryPortAboutEveryInterval()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(3);
        net.Run(100_000);
        Assert.InRange(at.Guard.ProbesSent, 3 * 100_000 / (Interval + Step), 3 * 100_000 * 4 / (Interval * 3));
        Assert.Equal(0, at.Guard.ProbesHeard);
    }

    [Fact]
    public void SetPorts_BlockedPortReplugged_StartsOpen()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(2);
        net.Connect(at, 0, 1);
        net.Run(1000);
        PortId former = at.Port(1);
        at.Remove(1);
        Assert.False(at.Guard.IsBlocked(former));
        PortId anew = at.Add(1, generation: 1);
        Assert.False(at.Guard.IsBlocked(anew) || at.Guard.IsBlocked(former));
        Assert.Equal(LoopVerdict.Forged, at.Receive(at.Port(0), at.LastProbes[former]));
        Assert.Empty(at.Blocked);
        Assert.Equal(0, at.Guard.WriteProbe(former, default, new byte[60]));
    }

    [Fact]
    public void SetPorts_OthersComeAndGo_BlockStays()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(4);
        net.Connect(at, 1, 2);
        net.Run(1000);
        at.Remove(3);
        at.Add(7, generation: 0);
        at.Remove(0);
        Assert.Equal([2], at.Blocked);
        net.Run(10_000);
        Assert.Single(at.TakeChanges());
    }

    [Fact]
    public void Hear_AtAnUnguardedPort_BlocksTheSender()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(3);
        at.Guard.SetPorts([at.Port(0), at.Port(1)]);
        net.Connect(at, 1, 2);
        net.Run(Interval);
        Assert.Equal([1], at.Blocked);
    }

    [Fact]
    public void Hear_Forged_IsCountedAndBlocksNothing()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(2);
        net.Run(1000);
        byte[] right = at.LastProbes[at.Port(0)];
        for (int octet = 23; octet < 42; octet++) // port, switch, nonce
        {
            byte[] forged = [.. right];
            forged[octet] ^= 0x40;
            Assert.Equal(octet is >= 26 and < 34 ? LoopVerdict.Foreign : LoopVerdict.Forged, at.Receive(at.Port(1), forged));
        }

        byte[] zero = [.. right];
        zero.AsSpan(34, 8).Clear();
        Assert.Equal(LoopVerdict.Forged, at.Receive(at.Port(1), zero));
        Assert.Equal(12, at.Guard.ForgedProbes);
        Assert.Empty(at.Blocked);
    }

    [Fact]
    public void Hear_OtherVersionOrFrame_IsNoProbe()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(2);
        net.Run(1000);
        byte[] other = [.. at.LastProbes[at.Port(0)]];
        other[22] = 2;
        Assert.Equal(LoopVerdict.NotAProbe, at.Receive(at.Port(1), other));
        Assert.Equal(LoopVerdict.NotAProbe, at.Receive(at.Port(1), s_broadcast));
    }

    [Fact]
    public void Hear_ReplayedAtItsOwnPort_BlocksThatPortAlone()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(3);
        net.Run(1000);
        Assert.Equal(LoopVerdict.Ours, at.Receive(at.Port(0), at.LastProbes[at.Port(0)]));
        Assert.Equal([0], at.Blocked);
    }

    [Theory]
    [InlineData(50, 4, 0)]     // as many as are remembered
    [InlineData(2000, 2, 2100)] // as long as they are good
    public void Hear_OldNonce_IsForged(int intervalMilliseconds, int probesLater, long millisecondsLater)
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(2, new() { ProbeInterval = TimeSpan.FromMilliseconds(intervalMilliseconds) });
        net.Run(Step);
        byte[] old = at.LastProbes[at.Port(0)];
        long sent = at.Guard.ProbesSent;
        net.RunUntil(() => at.Guard.ProbesSent >= sent + (2 * probesLater) && net.Now >= millisecondsLater + 12_345);
        Assert.Equal(LoopVerdict.Forged, at.Receive(at.Port(1), old));
        Assert.Equal(LoopVerdict.Ours, at.Receive(at.Port(1), at.LastProbes[at.Port(0)]));
    }

    [Fact]
    public void TryTakeChange_Full_TheOldestAreLost()
    {
        LoopGuard guard = new(new() { Method = LoopGuardMethod.Moves }, 1, 2);
        PortId[] ports = [.. Enumerable.Range(0, LoopGuard.MaxChanges + 11).Select(i => new PortId(i, 0))];
        guard.SetPorts(ports);
        for (int i = 1; i < ports.Length; i++)
        {
            guard.NoteEvidence(ports[0], ports[i], i);
        }

        Assert.Equal(10, guard.LostChanges);
        for (int i = 11; i < ports.Length; i++)
        {
            Assert.True(guard.TryTakeChange(out LoopChange change));
            Assert.Equal(new LoopChange(ports[i], ports[0], IsBlocked: true, i), change);
        }

        Assert.False(guard.TryTakeChange(out _));
    }

    [Fact]
    public void Hear_RandomOctets_NeverThrows()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(3);
        net.Run(1000);
        byte[] right = at.LastProbes[at.Port(1)];
        Random random = new(29);
        for (int round = 0; round < 100_000; round++)
        {
            var octets = new byte[random.Next(80)];
            random.NextBytes(octets);
            right.AsSpan(0, Math.Min(octets.Length, random.Next(34))).CopyTo(octets);
            PortId receivedAt = round % 100 == 0 ? PortId.Switch : at.Port(round % 3);
            Assert.NotEqual(LoopVerdict.Ours, at.Guard.Hear(octets, receivedAt, net.Now));
        }

        Assert.False(at.Guard.IsBlocked(PortId.None) || at.Guard.IsBlocked(PortId.Switch) || at.Guard.IsBlocked(new(uint.MaxValue)));
        Assert.Empty(at.Blocked);
    }

    [Fact]
    public void Hear_FloodOfForgedAndReplayed_AllocatesNothing()
    {
        LoopNet net = new();
        LoopSwitch at = net.Add(2);
        net.Run(1000);
        byte[] own = at.LastProbes[at.Port(0)];
        byte[] forged = [.. own];
        forged[41] ^= 1;
        Flood(1000); // blocks the port, once
        long before = GC.GetAllocatedBytesForCurrentThread();
        Flood(10_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);
        Assert.Single(at.TakeChanges());

        void Flood(int frames)
        {
            for (int i = 0; i < frames; i++)
            {
                at.Guard.Hear(forged, new PortId(1, 0), net.Now);
                at.Guard.Hear(own, new PortId(0, 0), net.Now);
            }
        }
    }

    [Fact]
    public void Hear_FromManyThreadsWhilePortsComeAndGo_BlocksNoneThatIsNotThere()
    {
        LoopGuard guard = new(new(), 1, 2);
        PortId[] ports = [.. Enumerable.Range(0, 8).Select(i => new PortId(i, 0))];
        guard.SetPorts(ports);
        bool done = false;
        byte[][] probes = [.. ports.Select(_ => new byte[60])];
        Thread[] hearing = [.. Enumerable.Range(0, 2).Select(t => new Thread(() =>
        {
            for (int i = t; !Volatile.Read(ref done); i++)
            {
                guard.Hear(Volatile.Read(ref probes[i & 7]), ports[(i >> 3) & 7], 0);
            }
        }))];
        Array.ForEach(hearing, t => t.Start());
        List<PortId> due = [];
        for (int round = 0; round < 2000; round++)
        {
            guard.SetPorts(ports.AsSpan(0, round % 9));
            guard.Advance(round * 300, due);
            foreach (PortId port in due)
            {
                var probe = new byte[60];
                guard.WriteProbe(port, new(2), probe);
                Volatile.Write(ref probes[port.Index], probe);
            }

            Assert.DoesNotContain(ports[(round % 9)..], guard.IsBlocked);
            while (guard.TryTakeChange(out _))
            {
            }
        }

        Volatile.Write(ref done, true);
        Array.ForEach(hearing, t => Assert.True(t.Join(TimeSpan.FromSeconds(60))));
        Assert.Equal(0, guard.LostChanges);
    }
}
