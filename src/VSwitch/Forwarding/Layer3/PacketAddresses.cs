using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Who sent a packet and whom it is for, whatever its family.</summary>
/// <param name="Source">The source; <see cref="IpAddressKey.None"/> for ::.</param>
/// <param name="Destination">The destination.</param>
/// <param name="HopsLeft">TTL or hop limit.</param>
internal readonly record struct PacketAddresses(IpAddressKey Source, IpAddressKey Destination, byte HopsLeft)
{
    /// <summary>Checks a packet as a router must (RFC 1812, 5.2.2; RFC 8200, 3).</summary>
    /// <returns>False for a packet that contradicts itself.</returns>
    internal static bool TryRead(ReadOnlySpan<byte> packet, out PacketAddresses addresses)
    {
        addresses = default;
        if (packet.IsEmpty)
        {
            return false;
        }

        if (packet[0] >> 4 == 4)
        {
            if (!IPv4Header.TryReadChecked(packet, out IPv4Header ip))
            {
                return false;
            }

            addresses = new(IpAddressKey.FromIPv4(ip.Source), IpAddressKey.FromIPv4(ip.Destination), ip.Ttl);
            return true;
        }

        if (!IPv6Header.TryReadChecked(packet, out IPv6Header ip6))
        {
            return false;
        }

        (ulong high, ulong low) = ip6.Source;
        var source = IpAddressKey.FromIPv6(high, low);
        if (source == IpAddressKey.None && (high | low) != 0)
        {
            return false; // ::ffff:a.b.c.d is never seen on a wire
        }

        addresses = new(source, IpAddressKey.FromIPv6(ip6.Destination.High, ip6.Destination.Low), ip6.HopLimit);
        return true;
    }

    /// <summary>The source of a packet that <see cref="TryRead"/> has checked.</summary>
    internal static IpAddressKey SourceOf(ReadOnlySpan<byte> packet) => TryRead(packet, out PacketAddresses addresses) ? addresses.Source : IpAddressKey.None;

    /// <summary>What a packet that <see cref="TryRead"/> has checked carries.</summary>
    internal static IpProtocol ProtocolOf(ReadOnlySpan<byte> packet) =>
        IPv4Header.TryRead(packet, out IPv4Header ip) ? ip.Protocol
        : IPv6Header.TryRead(packet, out IPv6Header ip6) && ip6.TryFindUpperLayer(out IpProtocol protocol, out _) ? protocol
        : default;
}
