using static VSwitch.Integration.Tests.Captures.RewriteDifference;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>Finds the known difference that a frame shows.</summary>
internal static class RewriteDifferences
{
    private const int Icmp = 1, Tcp = 6, Udp = 17, Dccp = 33, IcmpV6 = 58;

    /// <param name="frame">As it was.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="wasRight">Its checksums were right.</param>
    /// <returns>Null where there is no reason to differ.</returns>
    internal static RewriteDifference? Of(RewriteFrame frame, RewriteCase options, bool wasRight) => frame switch
    {
        { EtherType: 0x8847 } => Mpls,
        { IsIPv6: true, Protocol: Tcp or Udp or IcmpV6 } when !wasRight => IPv6Checksum,
        { IsToIPv4Group: true } when options.Options.DestinationMac is not null || options.MovesAddresses || options.Options.MacSubstitutions.Count > 0 => GroupMac,
        { HasGroupMac: true } when options.Options.SkipLinkBroadcast => LinkGroup,
        { IsIPv6: true } when options.Options.TruncateToMtu => IPv6Length,
        { IsIPv6: true, Protocol: not (Tcp or Udp or IcmpV6) } => IPv6Extension,
        { IsIPv4: true } or { IsIPv6: true } when options.Options.RemoveFcs => FcsOfThePacket,
        { IsIPv4: true } or { IsIPv6: true } when frame.ClaimedLength != frame.OriginalLength => LengthOfTheFrame,
        { IsFragment: true } => Fragment,
        { Protocol: Udp } when options.CutsPackets => UdpLengthOfACutPacket,
        { HasOddUdpLength: true } => UdpLength,
        { Protocol: Dccp or IcmpV6 } when options.MovesAddresses => PseudoHeader,
        { IsIPv4: true, Protocol: Icmp } or { IsIPv6: true, Protocol: IcmpV6 } => IcmpChecksum,
        { IsOddArp: true } => ArpOperation,
        { IsArp: true } when options.IsSplit => ArpOperation,
        { IsIPv4: true } when options.Options.SkipBroadcast => LimitedBroadcast,
        _ => null,
    };
}
