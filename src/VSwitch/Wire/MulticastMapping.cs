using VSwitch.Identifiers;

namespace VSwitch.Wire;

/// <summary>Where groups of IP stand in Ethernet, and where IPv6 asks for a neighbor.</summary>
internal static class MulticastMapping
{
    private const uint LimitedBroadcast = uint.MaxValue;
    private const ulong IPv4Block = 0x0100_5E00_0000; // 01:00:5e:00:00:00/25
    private const ulong IPv6Block = 0x3333_0000_0000; // 33:33:00:00:00:00/16

    /// <summary>The group address of Ethernet that packets to <paramref name="group"/> go to.</summary>
    /// <param name="group">224.0.0.0/4, ff00::/8 or 255.255.255.255.</param>
    /// <returns>Zero for any other address: a neighbor has to be asked for it.</returns>
    /// <remarks>Sources: RFC 1112, section 6.4 (the lower 23 bits); RFC 2464, section 7 (the lower 32 bits).</remarks>
    public static MacAddress Of(IpAddressKey group)
    {
        if (group.IsIPv4)
        {
            return group.IPv4 == LimitedBroadcast ? MacAddress.Broadcast
                : group.IsMulticast ? new(IPv4Block | (group.IPv4 & 0x7F_FFFF))
                : default;
        }

        return group.IsMulticast ? new(IPv6Block | (uint)group.Low) : default;
    }

    /// <summary>The group ff02::1:ffXX:XXXX that solicitations for <paramref name="address"/> go to: its lower 24 bits.</summary>
    /// <remarks>Source: RFC 4291, section 2.7.1.</remarks>
    public static IpAddressKey SolicitedNode(IpAddressKey address) =>
        new(0xFF02_0000_0000_0000, 0x0000_0001_FF00_0000 | (address.Low & 0xFF_FFFF));

    /// <summary>Whether a group is the solicited-node group of any address: ff02::1:ff00:0/104.</summary>
    public static bool IsSolicitedNode(IpAddressKey group) => group == SolicitedNode(group);
}
