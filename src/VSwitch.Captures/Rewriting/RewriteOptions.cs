using VSwitch.Identifiers;

namespace VSwitch.Captures.Rewriting;

/// <summary>What is to be done with every frame. The default does nothing. The words are those of tcprewrite.</summary>
public sealed record RewriteOptions
{
    /// <summary>The MTU where nothing else is said: octets of packet, headers of layer 2 not counted.</summary>
    public const int DefaultMtu = 1500;

    /// <summary>New destination MAC addresses; null leaves them.</summary>
    public MacPair? DestinationMac { get; init; }

    /// <summary>New source MAC addresses; null leaves them.</summary>
    public MacPair? SourceMac { get; init; }

    /// <summary>MAC addresses that are replaced, as source and as destination, each substitution after the one before.</summary>
    public IReadOnlyList<MacSubstitution> MacSubstitutions { get; init; } = [];

    /// <summary>Individual MAC addresses become others, each always the same, no two the same; null leaves them. The result differs from tcprewrite's.</summary>
    public uint? MacSeed { get; init; }

    /// <summary>Leading octets that <see cref="MacSeed"/> leaves, 0 to 6.</summary>
    public int MacSeedKeptOctets { get; init; }

    /// <summary>What happens to VLAN tags; null for nothing.</summary>
    public VlanEdit? Vlan { get; init; }

    /// <summary>Takes the last 4 octets off frames that the capture has whole: it is not looked whether they are an FCS.</summary>
    public bool RemoveFcs { get; init; }

    /// <summary>Maps for both addresses; first match wins. With <see cref="PeerMaps"/> for the source of the primary side and the destination of the other.</summary>
    public IReadOnlyList<AddressMap> Maps { get; init; } = [];

    /// <summary>Maps for the other end; empty where <see cref="Maps"/> are for both.</summary>
    public IReadOnlyList<AddressMap> PeerMaps { get; init; } = [];

    /// <summary>Maps for sources only. ARP messages stay as they are.</summary>
    public IReadOnlyList<AddressMap> SourceMaps { get; init; } = [];

    /// <summary>Maps for destinations only. ARP messages stay as they are.</summary>
    public IReadOnlyList<AddressMap> DestinationMaps { get; init; } = [];

    /// <summary>All packets of a family go between these two; the first is the source on the primary side. Each has the whole prefix of its family.</summary>
    public (IpPrefix First, IpPrefix Second)? Endpoints { get; init; }

    /// <summary>IP addresses become others, each always the same, no two the same, hosts stay hosts; null leaves them. The result differs from tcprewrite's.</summary>
    public uint? AddressSeed { get; init; }

    /// <summary>In every loop but the first, both addresses of a packet move by the number of the loop, apart from each other, so that flows differ.</summary>
    public bool UniqueAddresses { get; init; }

    /// <summary>Broadcast and multicast addresses stay, those of layer 2 too.</summary>
    public bool SkipBroadcast { get; init; }

    /// <summary>Broadcast and multicast MAC addresses stay.</summary>
    public bool SkipLinkBroadcast { get; init; }

    /// <summary>Ports of TCP and UDP that become others; the last match wins, as with tcprewrite, and what a map made is not mapped again.</summary>
    public IReadOnlyList<PortMap> PortMaps { get; init; } = [];

    /// <summary>What happens to TTL and hop limit; null for nothing.</summary>
    public TtlChange? Ttl { get; init; }

    /// <summary>The IPv4 type of service (DSCP and ECN); null leaves it.</summary>
    public byte? TypeOfService { get; init; }

    /// <summary>The IPv6 traffic class; null leaves it.</summary>
    public byte? TrafficClass { get; init; }

    /// <summary>The IPv6 flow label, 20 bits; null leaves it.</summary>
    public uint? FlowLabel { get; init; }

    /// <summary>What happens to packets of which the capture has a part only.</summary>
    public LengthRepair FixLength { get; init; }

    /// <summary>Octets of packet that <see cref="TruncateToMtu"/> leaves, headers of layer 2 not counted.</summary>
    public int MtuOctets { get; init; } = DefaultMtu;

    /// <summary>Cuts what is longer than <see cref="MtuOctets"/>, and makes the headers right for what is left.</summary>
    public bool TruncateToMtu { get; init; }

    /// <summary>Frames that are shorter get zeros behind them, the FCS not counted; 0 for none. No header changes.</summary>
    public int PadOctets { get; init; }

    /// <summary>The checksums of IPv4, TCP, UDP, ICMP and ICMPv6 are computed anew, so that wrong ones become right.</summary>
    public bool FixChecksums { get; init; }

    /// <summary>Spoils one in <see cref="FuzzFactor"/> frames, always the same ones of a seed; null or 0 for none. The result differs from tcprewrite's.</summary>
    public uint? FuzzSeed { get; init; }

    /// <summary>One frame in how many is spoilt; at least 1.</summary>
    public int FuzzFactor { get; init; } = 8;
}
