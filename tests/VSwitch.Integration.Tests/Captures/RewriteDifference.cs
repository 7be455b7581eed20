namespace VSwitch.Integration.Tests.Captures;

/// <summary>Why tcprewrite 4.4.3 and the rewriter differ in a frame; each is a fault of tcprewrite that was seen in its output.</summary>
internal enum RewriteDifference
{
    /// <summary>It writes the packet's total length anew from the frame's: padding becomes payload, and a wrong claim is gone.</summary>
    LengthOfTheFrame,

    /// <summary>It does nothing in IPv6 packets with a fragment, a routing or an ESP header, and no ports or checksums behind any extension header.</summary>
    IPv6Extension,

    /// <summary>It sums UDP by the length of the packet, not by that of the UDP header (RFC 768), or leaves it.</summary>
    UdpLength,

    /// <summary>It leaves a packet's UDP length when it cuts the packet: no receiver would take it.</summary>
    UdpLengthOfACutPacket,

    /// <summary>It does not look for the pseudo-header in the checksums of DCCP and ICMPv6: wrong ones after a change of addresses.</summary>
    PseudoHeader,

    /// <summary>It does not fix the checksum of an ICMP message that is shorter than it wants, and of one in ICMPv6.</summary>
    IcmpChecksum,

    /// <summary>It rewrites ARP by its operation, not by what kind of addresses are in it; and takes a request for the other side's.</summary>
    ArpOperation,

    /// <summary>It takes 255.255.255.255 for no broadcast with --skipbroadcast.</summary>
    LimitedBroadcast,

    /// <summary>It writes a negative length into an IPv6 header when it cuts the packet.</summary>
    IPv6Length,

    /// <summary>It reads ports and flags out of later fragments, and computes checksums of fragments.</summary>
    Fragment,

    /// <summary>It counts 4 octets of a captured frame's FCS off the packet that are the packet's own; we leave the header.</summary>
    FcsOfThePacket,

    /// <summary>It does not compute the checksums of layer 4 anew in IPv6 packets that it changes nothing else in.</summary>
    IPv6Checksum,

    /// <summary>It looks for IP behind MPLS labels too.</summary>
    Mpls,

    /// <summary>It puts 01:00:5e in front of the destination MAC address of every packet to an IPv4 group.</summary>
    GroupMac,

    /// <summary>It takes no group but broadcast and 01:00:5e for one with --skipl2broadcast, against its man page.</summary>
    LinkGroup,
}
