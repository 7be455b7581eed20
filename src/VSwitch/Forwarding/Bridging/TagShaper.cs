using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Bridging;

/// <summary>Puts the tag of a frame's VLAN on, takes it off, or changes it, in place: twelve octets of addresses move, no other.</summary>
/// <remarks>
/// A frame of a burst may be sent by several ports; each shapes it as it needs it. What the frame has now stands in its metadata, and so does the priority of a
/// tag that was taken off. Super-frames are shaped like any: their offsets move along.
/// </remarks>
internal static class TagShaper
{
    private const int VidBits = 12;

    /// <summary>Gives a frame the tag of a VLAN.</summary>
    /// <param name="batch">Where the frame is.</param>
    /// <param name="index">Which.</param>
    /// <param name="protocol">The tag's TPID; <see cref="EtherType.None"/>: that of the tag which the frame has or had, 0x8100 without.</param>
    /// <param name="vlan">The tag's VID.</param>
    /// <returns>False when the frame can't grow; it is as before then.</returns>
    internal static bool TryTag(FrameBatch batch, int index, EtherType protocol, VlanId vlan)
    {
        ref FrameMetadata frame = ref batch[index];
        EtherType type = protocol != EtherType.None ? protocol : frame.TagProtocol != EtherType.None ? frame.TagProtocol : EtherType.CustomerVlan;
        if (!frame.IsTagged)
        {
            OffloadInfo offload = frame.Offload;
            if (frame.Offset < VlanTag.Length || !offload.TryMove(VlanTag.Length))
            {
                return false;
            }

            Span<byte> grown = batch.OctetsWithHeader(index, VlanTag.Length);
            grown.Slice(VlanTag.Length, EthernetHeader.AddressOctets).CopyTo(grown);
            frame.Offset -= VlanTag.Length;
            frame.Length += VlanTag.Length;
            frame.Offload = offload;
            frame.IsTagged = true;
        }

        Span<byte> tag = batch.Octets(index).Slice(EthernetHeader.AddressOctets, VlanTag.Length);
        BinaryPrimitives.WriteUInt16BigEndian(tag, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(tag[sizeof(ushort)..], (ushort)((frame.Priority << VidBits) | vlan.Value));
        return true;
    }

    /// <summary>Takes the tags off all frames of a VLAN, for those who look behind the Ethernet header: the internet layer.</summary>
    internal static void Untag(FrameBatch batch, VlanId vlan)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch[i].IsTagged && batch[i].Vlan == vlan && batch[i].Drop == DropReason.None)
            {
                TryUntag(batch, i); // if not, its tag is seen, and the frame goes on as it is
            }
        }
    }

    /// <summary>Takes the tag of its VLAN off a frame, if it has one.</summary>
    /// <returns>False when the frame can't be described without it; it is as before then.</returns>
    internal static bool TryUntag(FrameBatch batch, int index)
    {
        ref FrameMetadata frame = ref batch[index];
        if (!frame.IsTagged)
        {
            return true;
        }

        OffloadInfo offload = frame.Offload;
        if (!offload.TryMove(-VlanTag.Length))
        {
            return false;
        }

        Span<byte> octets = batch.Octets(index);
        octets[..EthernetHeader.AddressOctets].CopyTo(octets[VlanTag.Length..]);
        frame.Offset += VlanTag.Length;
        frame.Length -= VlanTag.Length;
        frame.Offload = offload;
        frame.IsTagged = false;
        return true;
    }
}
