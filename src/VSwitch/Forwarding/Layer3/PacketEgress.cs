using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Sends frames to a port of bare IP packets: without their Ethernet header and padding, and only those it can use.</summary>
/// <remarks>
/// Belongs to one thread. No octet of a packet moves. The batch is as before when the call returns, since other ports may get the same frames: also the
/// Ethernet headers, which the device takes for headroom to write into.
/// </remarks>
internal sealed class PacketEgress(int batchCapacity)
{
    private const int LongestHeader = EthernetHeader.Length + VlanTag.Length;

    private readonly int[] _one = new int[1];
    private readonly int[] _which = new int[batchCapacity];
    private readonly FrameMetadata[] _before = new FrameMetadata[batchCapacity];
    private readonly byte[] _headers = new byte[batchCapacity * LongestHeader];

    internal void Send(FrameBatch batch, ReadOnlySpan<int> which, ForwardingPort port, AttachedDevice queue, FanOut fanOut)
    {
        int count = 0;
        foreach (int i in which)
        {
            ref FrameMetadata frame = ref batch[i];
            _before[count] = frame;
            ReadOnlySpan<byte> octets = batch.Octets(i);
            DropReason reason = Strip(octets, ref frame, port.Layer3!.HardwareAddress);
            if (reason == DropReason.None)
            {
                octets[..(frame.Offset - _before[count].Offset)].CopyTo(_headers.AsSpan(count * LongestHeader));
                _which[count++] = i;
            }
            else
            {
                _one[0] = i;
                fanOut.Drop(batch, _one, queue, reason);
            }
        }

        ReadOnlySpan<int> packets = _which.AsSpan(0, count);
        if (count > 0)
        {
            fanOut.Send(batch, packets, queue);
        }

        for (int i = 0; i < packets.Length; i++)
        {
            ref FrameMetadata frame = ref batch[packets[i]];
            int header = frame.Offset - _before[i].Offset;
            bool isFinished = frame.Offload.IsNone; // its checksum was finished in place, for the ports behind this one too
            frame = _before[i];
            frame.Offload = isFinished ? default : frame.Offload;
            _headers.AsSpan(i * LongestHeader, header).CopyTo(batch.Octets(packets[i]));
        }
    }

    /// <summary>Moves the front of a frame to that of its packet, and its end to where the packet says.</summary>
    private static DropReason Strip(ReadOnlySpan<byte> octets, ref FrameMetadata frame, MacAddress station)
    {
        MacAddress destination = MacAddress.Read(octets);
        if ((!destination.IsGroup && destination != station) || frame.Vlan != VlanId.Default
            || !InternetPayload.TryFind(octets, out EtherType type, out int offset))
        {
            return DropReason.NotForPort;
        }

        int length = LengthOf(octets[offset..], type);
        if (length <= 0)
        {
            return length == 0 ? DropReason.BadIp : DropReason.NotForPort;
        }

        OffloadInfo offload = frame.Offload;
        bool isAsAdmitted = offset == EthernetHeader.Length && offset + length == octets.Length;
        if (!offload.TryMove(-offset) || (!isAsAdmitted && !offload.IsNone && !offload.TryValidate(octets.Slice(offset, length), LinkLayer.Ip)))
        {
            return DropReason.BadOffload; // it was true of the frame with tag and padding, and is not of the packet
        }

        frame.Offset += offset;
        frame.Length = length;
        frame.Offload = offload;
        return DropReason.None;
    }

    /// <returns>0 for a packet that contradicts itself, less for one that means nothing behind the port.</returns>
    private static int LengthOf(ReadOnlySpan<byte> packet, EtherType type) => type switch
    {
        EtherType.IPv4 => IPv4Header.TryRead(packet, out IPv4Header ip) && ip.TotalLength >= ip.HeaderLength && ip.TotalLength <= packet.Length
            ? ip.TotalLength
            : 0,
        EtherType.IPv6 => !IPv6Header.TryRead(packet, out IPv6Header ip) || IPv6Header.Length + ip.PayloadLength > packet.Length ? 0
            : NeighborMessage.IsOfLinkLayer(packet) ? -1
            : IPv6Header.Length + ip.PayloadLength,
        _ => -1,
    };
}
