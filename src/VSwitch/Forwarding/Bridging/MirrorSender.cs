using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Bridging;

/// <summary>Shows frames where mirrors want them (SPAN, RSPAN).</summary>
/// <remarks>Belongs to one thread. Nothing is copied: a frame is sent once more, before it goes its way or just after it was shaped for its port.</remarks>
/// <param name="pipeline">The pipeline's number: says which queue of a port is its own.</param>
/// <param name="batchCapacity">Frames of a burst at most.</param>
/// <param name="fanOut">Sends.</param>
internal sealed class MirrorSender(int pipeline, int batchCapacity, FanOut fanOut)
{
    private readonly int[] _which = new int[batchCapacity];
    private readonly int[] _one = new int[1];

    /// <summary>Shows what has come in, dropped frames included, as long as they are frames.</summary>
    internal void ShowIngress(FrameBatch batch, SwitchModel model, BridgeModel bridge)
    {
        PortId previous = PortId.None;
        for (int i = 0; i < batch.Count; i++)
        {
            PortId ingress = batch[i].Ingress;
            if (ingress != previous && bridge.Find(ingress) is { IngressTaps: { } taps } port && !IsSeen(batch, i, ingress))
            {
                Show(batch, Gather(batch, i, ingress), taps, port, model, bridge);
            }

            previous = ingress;
        }
    }

    /// <summary>Shows frames of a port.</summary>
    internal void Show(FrameBatch batch, ReadOnlySpan<int> frames, MirrorTap[] taps, BridgePort port, SwitchModel model, BridgeModel bridge)
    {
        foreach (MirrorTap tap in taps)
        {
            foreach (int i in frames)
            {
                if (tap.Vlans is null || tap.Vlans.Contains(batch[i].Vlan))
                {
                    _one[0] = i;
                    if (tap.To is { } to)
                    {
                        port.Port.Counters.Replicate(1);
                        fanOut.Send(batch, _one, to.QueueOf(pipeline));
                    }
                    else
                    {
                        ShowInVlan(batch, i, tap.ToVlan, port, model, bridge);
                    }
                }
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

    // Frames of one port mostly stand together; where they do not, the first finds all.
    private static bool IsSeen(FrameBatch batch, int before, PortId ingress)
    {
        for (int i = 0; i < before; i++)
        {
            if (batch[i].Ingress == ingress)
            {
                return true;
            }
        }

        return false;
    }

    private ReadOnlySpan<int> Gather(FrameBatch batch, int from, PortId ingress)
    {
        int count = 0;
        for (int i = from; i < batch.Count; i++)
        {
            ref FrameMetadata frame = ref batch[i];
            bool isFrame = frame.Drop is not (DropReason.Runt or DropReason.Truncated) && (frame.Drop == DropReason.None || frame.Offload.IsZero)
                && frame.Length >= EthernetHeader.Length;
            if (frame.Ingress == ingress && isFrame)
            {
                _which[count++] = i;
            }
        }

        return _which.AsSpan(0, count);
    }
}
