using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Bridging;

/// <summary>Shows frames where mirrors want them (SPAN, RSPAN).</summary>
/// <remarks>Belongs to one thread. Nothing is copied: a frame is sent once more, before it goes its way or just after it was shaped for its port.</remarks>
/// <param name="pipeline">The pipeline's number: says which queue of a port is its own.</param>
/// <param name="fanOut">Sends.</param>
internal sealed class MirrorSender(int pipeline, FanOut fanOut)
{
    private readonly int[] _one = new int[1];

    /// <summary>Shows what has come in, dropped frames included, as long as they are frames.</summary>
    internal void ShowIngress(FrameBatch batch, SwitchModel model, BridgeModel bridge)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (bridge.Find(batch[i].Ingress) is { IngressTaps: { } taps } port && IsFrame(in batch[i]))
            {
                Show(batch, i, taps, port, model, bridge);
            }
        }
    }

    /// <summary>Shows a frame of a port.</summary>
    internal void Show(FrameBatch batch, int index, MirrorTap[] taps, BridgePort port, SwitchModel model, BridgeModel bridge)
    {
        _one[0] = index;
        foreach (MirrorTap tap in taps)
        {
            if (tap.Vlans is not null && !tap.Vlans.Contains(batch[index].Vlan))
            {
                continue;
            }

            if (tap.To is { } to)
            {
                port.Port.Counters.Replicate(1);
                fanOut.Send(batch, _one, to.QueueOf(pipeline));
            }
            else
            {
                ShowInVlan(batch, index, tap.ToVlan, port, model, bridge);
            }
        }
    }

    private void ShowInVlan(FrameBatch batch, int index, VlanId vlan, BridgePort port, SwitchModel model, BridgeModel bridge)
    {
        VlanEntry entry = bridge.Vlans[vlan];
        foreach (ForwardingPort to in model.UpPorts)
        {
            if (to.Id == port.Id || to.Layer3 is not null || !entry.Members.Contains(to.Id.Index))
            {
                continue;
            }

            port.Port.Counters.Replicate(1);
            BridgePort shape = bridge.At(to.Id);
            if (shape.TryShape(batch, index, vlan, entry))
            {
                fanOut.Send(batch, _one, to.QueueOf(pipeline));
            }
            else
            {
                to.Counters.Drop(DropReason.BadOffload);
            }
        }
    }

    // What is dropped with an offload to be done may lie about it.
    private static bool IsFrame(in FrameMetadata frame) =>
        frame.Drop is not (DropReason.Runt or DropReason.Truncated) && (frame.Drop == DropReason.None || frame.Offload.IsZero)
        && frame.Length >= EthernetHeader.Length;
}
