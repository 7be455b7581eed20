using VSwitch.Frames;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Makes frames of bare IP packets, so that everything behind sees one kind only.</summary>
/// <remarks>The header is written into the headroom: no octet of the packet moves. The frame is addressed to the switch, which knows the next hop.</remarks>
internal static class PacketIngress
{
    internal static void Encapsulate(FrameBatch batch, Layer3Model model)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            ref FrameMetadata frame = ref batch[i];
            if (frame.Drop == DropReason.None && model.PortOf(frame.Ingress) is { } port)
            {
                frame.Drop = Encapsulate(batch, i, ref frame, port, model);
            }
        }
    }

    private static DropReason Encapsulate(FrameBatch batch, int index, ref FrameMetadata frame, Layer3Port port, Layer3Model model)
    {
        ReadOnlySpan<byte> packet = batch.Octets(index);
        EtherType type = packet.IsEmpty ? EtherType.None : (packet[0] >> 4) switch
        {
            4 => EtherType.IPv4,
            6 => EtherType.IPv6,
            _ => EtherType.None,
        };
        if (type == EtherType.None)
        {
            return DropReason.BadIp;
        }

        if (frame.Offset < EthernetHeader.Length)
        {
            return DropReason.DeviceFault; // it left no headroom
        }

        OffloadInfo offload = frame.Offload;
        if (!offload.TryMove(EthernetHeader.Length))
        {
            return DropReason.BadOffload;
        }

        EthernetHeader.Write(batch.OctetsWithHeader(index, EthernetHeader.Length), model.RouterAddress, port.HardwareAddress, type);
        frame.Offset -= EthernetHeader.Length;
        frame.Length += EthernetHeader.Length;
        frame.Offload = offload;
        return DropReason.None;
    }
}
