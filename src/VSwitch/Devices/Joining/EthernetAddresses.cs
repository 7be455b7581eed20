using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Devices.Joining;

/// <summary>The stations of an Ethernet frame, in the VLAN of its outermost tag; without a tag, in VLAN 1.</summary>
internal readonly struct EthernetAddresses : IAddressReader<StationKey>
{
    public static StationKey None => new(VlanId.Default, default);

    public static StationKey Source(ReadOnlySpan<byte> packet) =>
        EthernetHeader.TryRead(packet, out EthernetHeader header) ? StationOrNone(packet, header.EtherType, header.Source) : None;

    public static StationKey Destination(ReadOnlySpan<byte> packet) =>
        EthernetHeader.TryRead(packet, out EthernetHeader header) ? StationOrNone(packet, header.EtherType, header.Destination) : None;

    private static StationKey StationOrNone(ReadOnlySpan<byte> frame, EtherType type, MacAddress mac)
    {
        VlanId vlan = VlanId.Default;
        if (!mac.IsStation || (VlanTag.IsTag(type) && !TryReadVlan(frame, ref vlan)))
        {
            return None;
        }

        return new StationKey(vlan, mac);
    }

    private static bool TryReadVlan(ReadOnlySpan<byte> frame, ref VlanId vlan)
    {
        if (!VlanTag.TryRead(frame[12..], out VlanTag tag) || tag.Vlan == VlanId.Reserved)
        {
            return false;
        }

        vlan = tag.Vlan == VlanId.PriorityTagged ? vlan : tag.Vlan;
        return true;
    }
}
