using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Where what a frame carries begins.</summary>
internal static class InternetPayload
{
    /// <summary>Finds what follows the Ethernet header and a priority tag, if there is one.</summary>
    /// <param name="frame">A frame that the ingress filter admitted.</param>
    /// <param name="type">What it carries.</param>
    /// <param name="offset">Where that begins.</param>
    /// <returns>False for a second tag.</returns>
    internal static bool TryFind(ReadOnlySpan<byte> frame, out EtherType type, out int offset)
    {
        type = (EtherType)BinaryPrimitives.ReadUInt16BigEndian(frame[EthernetHeader.AddressOctets..]);
        offset = EthernetHeader.Length;
        if (VlanTag.IsTag(type) && VlanTag.TryRead(frame[EthernetHeader.AddressOctets..], out VlanTag tag))
        {
            type = tag.EtherType;
            offset += VlanTag.Length;
        }

        return !VlanTag.IsTag(type);
    }
}
