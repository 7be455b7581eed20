using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Devices.Joining;

/// <summary>The addresses of a bare IPv4 or IPv6 packet.</summary>
internal readonly struct IpAddresses : IAddressReader<IpAddressKey>
{
    public static IpAddressKey None => IpAddressKey.None;

    public static IpAddressKey Source(ReadOnlySpan<byte> packet) => HostOrNone(
        IPv4Header.TryRead(packet, out IPv4Header v4) ? IpAddressKey.FromIPv4(v4.Source)
        : IPv6Header.TryRead(packet, out IPv6Header v6) ? IpAddressKey.FromIPv6(v6.Source.High, v6.Source.Low)
        : None);

    public static IpAddressKey Destination(ReadOnlySpan<byte> packet) => HostOrNone(
        IPv4Header.TryRead(packet, out IPv4Header v4) ? IpAddressKey.FromIPv4(v4.Destination)
        : IPv6Header.TryRead(packet, out IPv6Header v6) ? IpAddressKey.FromIPv6(v6.Destination.High, v6.Destination.Low)
        : None);

    private static IpAddressKey HostOrNone(IpAddressKey key) => key.IsHost ? key : None;
}
