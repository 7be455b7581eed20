using System.Diagnostics;
using VSwitch.Policies;
using static VSwitch.Integration.Tests.Bridging.Frames;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>Two ports of the switch become one segment while it runs: one is blocked, and opened when they are two again.</summary>
[Collection(Collections.Heavy)]
public class LoopTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(3); // what is aimed at is one; machines stall

    private static readonly SwitchOptions s_probing = new()
    {
        Bridge = new BridgePolicy { LoopGuard = new LoopGuardOptions { HealTime = TimeSpan.FromMilliseconds(500) } },
    };

    // No trial during the test: with one, frames go round until it is found again.
    private static readonly SwitchOptions s_watching = Watching(TimeSpan.FromHours(1));

    public static TheoryData<LoopGuardMethod, ushort?> Guards() => new()
    {
        { LoopGuardMethod.Probe, null },
        { LoopGuardMethod.Probe, (ushort)10 }, // all ports, cables too, are access ports of a VLAN
        { LoopGuardMethod.Moves, null },
    };

    [Theory]
    [MemberData(nameof(Guards))]
    [Trait("Fault", "29")]
    public async Task TwoPortsCabledTogether_OneIsBlocked_AndOpensWhenUnplugged(LoopGuardMethod method, ushort? vlan)
    {
        PortPolicy policy = vlan is { } access ? Access(access) : PortPolicy.None;
        await using SwitchLab lab = new(2, options: method == LoopGuardMethod.Probe ? s_probing : s_watching, plug: _ => With(policy));
        using KernelBridge bridge = await KernelBridge.Make();
        await bridge.Plug(lab.Host, "c0", policy);
        await bridge.Plug(lab.Host, "c1", policy);
        await bridge.Join("c0");
        Stopwatch watch = Stopwatch.StartNew();
        await bridge.Join("c1");
        await ExpectBlock(lab, watch, method);
        AssertNothingCirculates(lab);
        if (method == LoopGuardMethod.Probe)
        {
            await ExpectHealing(lab, bridge);
        }
    }

    [Fact]
    [Trait("Fault", "29")]
    public async Task TwoPortsThatWereCabledTogether_AreTried_AndOpenWhenUnplugged()
    {
        await using SwitchLab lab = new(2, options: Watching(TimeSpan.FromMilliseconds(500)));
        using KernelBridge bridge = await KernelBridge.Make();
        await bridge.Plug(lab.Host, "c0");
        await bridge.Plug(lab.Host, "c1");
        await bridge.Join("c0");
        Stopwatch watch = Stopwatch.StartNew();
        await bridge.Join("c1");
        await ExpectBlock(lab, watch, LoopGuardMethod.Moves);
        await ExpectHealing(lab, bridge);
    }

    private static async Task ExpectHealing(SwitchLab lab, KernelBridge bridge)
    {
        await bridge.Leave("c1");
        await Bounded.Until(() => lab.Switch.Ports.All(p => p.Block == PortBlock.None), "the port opens");
        await Bounded.Until(() => lab.Log.Lines.Any(l => l.Contains("is no longer connected with port", StringComparison.Ordinal)), "and that is said");
        await lab.Reach(0, 1);
    }

    [Theory]
    [InlineData(LoopGuardMethod.Probe)]
    [InlineData(LoopGuardMethod.Moves)]
    [Trait("Fault", "30")]
    public async Task TwoCablesToASecondSwitch_OneIsBlocked_AndOpensWhenUnplugged(LoopGuardMethod method)
    {
        await using SwitchLab lab = new(3, options: method == LoopGuardMethod.Probe ? s_probing : s_watching);
        await using FarSwitch far = new();
        await far.Take(lab, 2);
        far.Connect(lab, "c0");
        await lab.Reach(0, 2);
        Stopwatch watch = Stopwatch.StartNew();
        far.Connect(lab, "c1");
        await ExpectBlock(lab, watch, method);
        AssertNothingCirculates(lab);
        await lab.Reach(2, 1);

        if (method == LoopGuardMethod.Moves)
        {
            return;
        }

        string blocked = lab.Switch.Ports.Single(p => p.Block == PortBlock.Loop).Name;
        string open = blocked == "c0" ? "c1" : "c0";
        await lab.Host.RemovePortAsync(open);
        await Bounded.Until(() => lab.Switch.Ports.All(p => p.Block == PortBlock.None), "the other opens");
        await lab.Reach(0, 2);
    }

    /// <summary>Two switches that know nothing of each other, not even different names, and one cable: no loop.</summary>
    [Fact]
    [Trait("Fault", "30")]
    public async Task OneCableBetweenTwoGuardedSwitches_IsNoLoop()
    {
        const int Probes = 20;
        await using SwitchLab lab = new(2, options: s_probing);
        await using FarSwitch far = new(s_probing);
        await far.Take(lab, 1);
        far.Connect(lab, "c0");
        SwitchPort cable = far.Port("c0");
        await Bounded.Until(() => cable.Counters.ReceivedFrames >= Probes, "many probes of the one have come to the other");
        await lab.Reach(0, 1);
        Assert.DoesNotContain(lab.Log.Lines.Concat(far.Log.Lines), l => l.Contains("a loop", StringComparison.Ordinal));
    }

    private static SwitchOptions Watching(TimeSpan healTime) => new()
    {
        Bridge = new BridgePolicy { LoopGuard = new LoopGuardOptions { Method = LoopGuardMethod.Moves, HealTime = healTime } },
    };

    private async Task ExpectBlock(SwitchLab lab, Stopwatch watch, LoopGuardMethod method)
    {
        if (method == LoopGuardMethod.Moves)
        {
            using PacketSocket a = lab[0].Packets();
            a.Send(Broadcast(lab[0]).Build()); // a loop without traffic harms nobody, and shows nothing
        }

        await Bounded.Until(() => lab.Switch.Ports.Any(p => p.Block == PortBlock.Loop), "a port is blocked");
        TimeSpan found = watch.Elapsed;
        output.WriteLine($"found by {method} after {found.TotalMilliseconds:F0} ms");
        TestContext.Current.SendDiagnosticMessage($"found by {method} after {found.TotalMilliseconds:F0} ms");
        Assert.True(found <= s_longest, $"found after {found}");
        SwitchPort blocked = Assert.Single(lab.Switch.Ports, p => p.Block == PortBlock.Loop);
        Assert.StartsWith("c", blocked.Name, StringComparison.Ordinal);
        await Bounded.Until(() => lab.Log.Lines.Any(l => l.StartsWith($"port {blocked.Name} is connected with port c", StringComparison.Ordinal)), "and that is said");
    }

    /// <summary>Of a broadcast of A comes one copy to B, and none to A.</summary>
    private static void AssertNothingCirculates(SwitchLab lab)
    {
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        byte[][] frames = [.. Enumerable.Range(100, 20).Select(i => Broadcast(lab[0], i).Build())];
        byte[] answer = Broadcast(lab[1], 99).Build();
        foreach (byte[] frame in frames)
        {
            a.Send(frame);
        }

        List<byte[]> atB = b.ReceiveUntil(f => Is(f, frames[^1]), "the last of A's broadcasts");
        Assert.All(frames, frame => Assert.Single(atB, f => Is(f, frame)));
        b.Send(answer);
        List<byte[]> atA = a.ReceiveUntil(f => Is(f, answer), "B's broadcast");
        Assert.DoesNotContain(atA, f => frames.Any(frame => Is(f, frame)));
    }
}
