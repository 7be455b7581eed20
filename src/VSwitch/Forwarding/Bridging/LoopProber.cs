using VSwitch.Devices;
using VSwitch.Forwarding.Loops;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Bridging;

/// <summary>Sends the probes of the loop guard, each by its port.</summary>
/// <remarks>Belongs to one thread.</remarks>
internal sealed class LoopProber(TrafficCounters own, Egress egress)
{
    private const int BurstFrames = 16;

    private readonly Lazy<FrameBatch> _batch = new(() => new FrameBatch(BurstFrames));
    private readonly Lazy<EgressPlan> _plan = new(() => new EgressPlan(BurstFrames));
    private readonly List<PortId> _due = [];

    /// <param name="model">The ports.</param>
    /// <param name="now">Milliseconds since the switch was made.</param>
    internal void Advance(SwitchModel model, long now)
    {
        if (model.Bridge is not { Services.Loops: { } loops } bridge)
        {
            return;
        }

        loops.Advance(now, _due);
        foreach (PortId[] ports in _due.Where(p => bridge.Find(p) is not null).Chunk(BurstFrames))
        {
            Send(ports, loops, model, bridge);
        }
    }

    private void Send(PortId[] ports, LoopGuard loops, SwitchModel model, BridgeModel bridge)
    {
        FrameBatch batch = _batch.Value;
        EgressPlan plan = _plan.Value;
        batch.Clear();
        plan.Clear();
        foreach (PortId id in ports)
        {
            int length = loops.WriteProbe(id, bridge.Services.ProbeSource, batch.NextSlot()[FrameBatch.Headroom..]);
            if (length == 0)
            {
                continue; // it was unplugged this very moment
            }

            ref FrameMetadata frame = ref batch.Append(length);
            frame.Ingress = PortId.Switch;
            frame.Vlan = bridge.At(id).ProbeVlan;
            own.Received(1, length);
            plan.Assign(batch.Count - 1, id.Index);
        }

        egress.Send(batch, plan, model);
    }
}
