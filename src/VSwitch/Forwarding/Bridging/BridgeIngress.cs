using VSwitch.Forwarding.Loops;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Bridging;

/// <summary>Step 2 in a bridge with VLANs or policies: which frames may enter, and of which VLAN they are.</summary>
internal sealed class BridgeIngress(OwnStation own, MirrorSender mirrors)
{
    // 01-80-C2-00-00-00 to -3F, of which the policy is about those to -2F
    private const ulong ReservedMask = 0xFFFF_FFFF_FFC0;

    /// <param name="batch">The burst.</param>
    /// <param name="addresses">Takes the stations of each frame.</param>
    /// <param name="model">The switch.</param>
    /// <param name="bridge">Its policies.</param>
    /// <param name="time">When.</param>
    internal void Admit(FrameBatch batch, FrameAddresses addresses, SwitchModel model, BridgeModel bridge, BurstTime time)
    {
        BridgePort? port = null; // frames of a port mostly stand together
        for (int i = 0; i < batch.Count; i++)
        {
            ref FrameMetadata frame = ref batch[i];
            if (frame.Drop == DropReason.None)
            {
                port = port is not null && port.Id == frame.Ingress ? port : bridge.Find(frame.Ingress);
                frame.Drop = port is not null
                    ? Judge(batch.Octets(i), ref frame, ref addresses.Sources[i], ref addresses.Destinations[i], port, bridge, time)
                    : DropReason.PortBlocked; // it was unplugged while the frame was under way: nobody knows what it may
            }

            if (frame.Drop is not (DropReason.None or DropReason.Taken))
            {
                model.CountersOf(frame.Ingress).Drop(frame.Drop);
            }
        }

        if (bridge.HasIngressTaps)
        {
            mirrors.ShowIngress(batch, model, bridge);
        }
    }

    private DropReason Judge(
        ReadOnlySpan<byte> octets, ref FrameMetadata frame, ref StationKey source, ref StationKey destination, BridgePort port, BridgeModel bridge, BurstTime time)
    {
        if (!EthernetHeader.TryRead(octets, out EthernetHeader header))
        {
            return DropReason.Runt;
        }

        DropReason reason = VlanClassifier.Classify(octets, header.EtherType, ref frame, port);
        MacAddress to = header.Destination;
        if (bridge.Services.Loops is { } loops && LoopProbe.IsTo(to))
        {
            LoopVerdict verdict = loops.Hear(octets, frame.Ingress, time.Milliseconds);
            if (verdict != LoopVerdict.Foreign && verdict != LoopVerdict.NotAProbe)
            {
                return verdict == LoopVerdict.Ours ? own.Take(octets.Length) : DropReason.StaticSource;
            }
        }

        VlanId fid = bridge.Vlans.FidOf(frame.Vlan);
        source = new StationKey(fid, header.Source);
        destination = new StationKey(fid, to);
        return bridge.IsBlocked(port) ? DropReason.PortBlocked
            : reason != DropReason.None ? reason
            : header.EtherType == EtherType.MacControl ? DropReason.MacControl
            : !source.IsStation ? DropReason.InvalidSource
            : !frame.Offload.IsZero && !IngressFilter.TryValidateOffload(octets, ref frame) ? DropReason.BadOffload
            : (to.Value & ReservedMask) == IngressFilter.ReservedGroup && JudgeReserved(octets, in frame, to, port, bridge) is var reserved && reserved != DropReason.None
                ? reserved
            : port.Policy.IngressAccess is { } access && !access.Permits(octets) ? DropReason.AccessDenied
            : !port.Meters.Admit(time.Nanoseconds, octets.Length) ? DropReason.Policed
            : DropReason.None;
    }

    private DropReason JudgeReserved(ReadOnlySpan<byte> octets, in FrameMetadata frame, MacAddress to, BridgePort port, BridgeModel bridge)
    {
        int last = (int)(to.Value & 0xFF);
        if (last >= ReservedAddresses.Count)
        {
            return DropReason.None;
        }

        switch (port.Policy.ReservedAddresses[last])
        {
            case ReservedAddressAction.Pass:
                return DropReason.None;
            case ReservedAddressAction.Peer when bridge.Policy.Peer is { } peer:
                Give(peer, octets, in frame, port);
                return own.Take(octets.Length);
            default:
                return DropReason.ReservedAddress;
        }
    }

    private static void Give(IProtocolPeer peer, ReadOnlySpan<byte> octets, in FrameMetadata frame, BridgePort port)
    {
        try
        {
            peer.Receive(frame.Ingress, frame.Vlan, octets);
        }
        catch (Exception)
        {
            port.Port.Counters.Fault(); // one fault stays in one port
        }
    }
}
