using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Bridging;

/// <summary>Step 6 in a bridge with VLANs or policies: gives frames the tags that a port sends them with, and keeps back what its rules forbid.</summary>
/// <remarks>Belongs to one thread.</remarks>
/// <param name="pipeline">The pipeline's number: says which queue of a port is its own.</param>
/// <param name="batchCapacity">Frames of a burst at most.</param>
/// <param name="mirrors">Shows frames where mirrors want them.</param>
/// <param name="fanOut">Counts what is kept back.</param>
internal sealed class BridgeEgress(int pipeline, int batchCapacity, MirrorSender mirrors, FanOut fanOut)
{
    private readonly int[] _one = new int[1];
    private readonly int[] _which = new int[batchCapacity];

    /// <summary>Makes frames ready for a port.</summary>
    /// <returns>Those that may go, in order; valid until the next call.</returns>
    internal ReadOnlySpan<int> Prepare(FrameBatch batch, ReadOnlySpan<int> frames, ForwardingPort port, SwitchModel model, BridgeModel bridge)
    {
        BridgePort rules = bridge.At(port.Id);
        bool isBlocked = bridge.IsBlocked(rules);
        int count = 0;
        foreach (int i in frames)
        {
            // What the switch itself sends by a blocked port are probes: by them it sees that the loop is gone.
            DropReason reason = isBlocked && batch[i].Ingress != PortId.Switch ? DropReason.PortBlocked : Judge(batch, i, rules, bridge);
            if (reason == DropReason.None)
            {
                _which[count++] = i;
            }
            else
            {
                _one[0] = i;
                fanOut.Drop(batch, _one, port.QueueOf(pipeline), reason);
            }
        }

        ReadOnlySpan<int> ready = _which.AsSpan(0, count);
        if (rules.EgressTaps is { } taps)
        {
            foreach (int i in ready)
            {
                mirrors.Show(batch, i, taps, rules, model, bridge);
                TryShape(batch, i, rules, bridge); // a mirror to a VLAN has changed its tag; as a moment ago: it can't fail
            }
        }

        return ready;
    }

    private static DropReason Judge(FrameBatch batch, int index, BridgePort port, BridgeModel bridge) =>
        !TryShape(batch, index, port, bridge) ? DropReason.BadOffload
        : port.Policy.EgressAccess is { } access && !access.Permits(batch.Octets(index)) ? DropReason.EgressAccessDenied
        : DropReason.None;

    private static bool TryShape(FrameBatch batch, int index, BridgePort port, BridgeModel bridge) =>
        port.TryShape(batch, index, batch[index].Vlan, bridge.Vlans[batch[index].Vlan]);
}
