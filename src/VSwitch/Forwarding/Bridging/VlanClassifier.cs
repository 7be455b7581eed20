using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Vlans;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Bridging;

/// <summary>Finds the VLAN of a frame, by its tag or its port (IEEE Std 802.1Q-2018, clause 6.9).</summary>
internal static class VlanClassifier
{
    private const int MaxTags = 8; // tags of a stack that are looked at; more are payload

    /// <param name="octets">A frame with a whole Ethernet header.</param>
    /// <param name="type">What it says behind its addresses.</param>
    /// <param name="frame">Takes VLAN, tag and priority, also of a frame that is not admitted.</param>
    /// <param name="port">Where it came in.</param>
    internal static DropReason Classify(ReadOnlySpan<byte> octets, EtherType type, ref FrameMetadata frame, BridgePort port)
    {
        frame.Vlan = port.Pvid;
        frame.IsTagged = false;
        frame.TagProtocol = EtherType.None;
        frame.Priority = 0;
        bool hasVlan = false;
        if (VlanTag.IsTag(type))
        {
            if (!IsWhole(octets[EthernetHeader.AddressOctets..]))
            {
                return DropReason.MalformedTag;
            }

            if (port.IsTag(type))
            {
                VlanTag.TryRead(octets[EthernetHeader.AddressOctets..], out VlanTag tag);
                frame.IsTagged = true;
                frame.TagProtocol = type;
                frame.Priority = (byte)tag.PriorityAndEligibility;
                hasVlan = tag.Vlan != VlanId.PriorityTagged;
                if (tag.Vlan == VlanId.Reserved)
                {
                    return DropReason.ReservedVlan;
                }

                frame.Vlan = !hasVlan ? port.Pvid : port.Map is { } map ? map.Inside(tag.Vlan) : tag.Vlan;
            }
        }

        bool isAccepted = port.Accepts switch
        {
            AcceptableFrameTypes.OnlyTagged => hasVlan,
            AcceptableFrameTypes.OnlyUntagged => !hasVlan,
            _ => true,
        };
        return !isAccepted ? DropReason.FrameTypeNotAccepted
            : !port.MemberSet.Contains(frame.Vlan) ? DropReason.NotMember
            : DropReason.None;
    }

    /// <summary>No tag of a stack is cut.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> tags)
    {
        for (int i = 0; i < MaxTags; i++)
        {
            if (!VlanTag.TryRead(tags, out VlanTag tag))
            {
                return false;
            }

            if (!VlanTag.IsTag(tag.EtherType))
            {
                return true; // of nearly all frames the first
            }

            tags = tags[VlanTag.Length..];
        }

        return true;
    }
}
