using VSwitch.Captures.Rewriting;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>What is compared with tcprewrite, option by option and in combination.</summary>
internal static class RewriteCases
{
    private static readonly MacAddress s_first = MacAddress.Parse("02:00:00:00:00:01"), s_second = MacAddress.Parse("02:00:00:00:00:02");

    internal static readonly IReadOnlyList<RewriteCase> All =
    [
        new("--enet-dmac=02:00:00:00:00:01", new() { DestinationMac = new(s_first) }),
        new("--enet-smac=02:00:00:00:00:01,02:00:00:00:00:02 --skipl2broadcast", new() { SourceMac = new(s_first, s_second), SkipLinkBroadcast = true }),
        new("--enet-dmac=02:00:00:00:00:01 --skipl2broadcast", new() { DestinationMac = new(s_first), SkipLinkBroadcast = true }),
        new("--enet-subsmac=ff:ff:ff:ff:ff:ff,02:00:00:00:00:01 --enet-subsmac=02:00:00:00:00:01,02:00:00:00:00:02", new()
        {
            MacSubstitutions = [new(MacAddress.Broadcast, s_first), new(s_first, s_second)],
        }),
        // Without priority and CFI, tcprewrite 4.4.3 adds the tag, cuts the last 4 octets off the frame, and does nothing else in it.
        new("--enet-vlan=add --enet-vlan-tag=5 --enet-vlan-pri=0 --enet-vlan-cfi=0", new() { Vlan = new() { Kind = VlanEditKind.Add, Vlan = new(5) } }),
        new("--enet-vlan=add --enet-vlan-tag=5 --enet-vlan-pri=3 --enet-vlan-cfi=1 --enet-vlan-proto=802.1ad", new()
        {
            Vlan = new() { Kind = VlanEditKind.Add, Vlan = new(5), Priority = 3, DropEligible = true, Protocol = EtherType.ServiceVlan },
        }),
        new("--enet-vlan=del", new() { Vlan = new() { Kind = VlanEditKind.Delete } }),
        new("-N 0.0.0.0/0:11.22.0.0/16", new() { Maps = [Map("0.0.0.0/0", "11.22.0.0/16")] }),
        new("-N 192.168.0.0/16:10.0.0.0/8,10.0.0.0/8:172.16.0.0/12", new() { Maps = [Map("192.168.0.0/16", "10.0.0.0/8"), Map("10.0.0.0/8", "172.16.0.0/12")] }),
        new("-N [::/0]:[2001:db8:1::/48]", new() { Maps = [Map("::/0", "2001:db8:1::/48")] }),
        new("-S 0.0.0.0/0:11.22.0.0/16", new() { SourceMaps = [Map("0.0.0.0/0", "11.22.0.0/16")] }),
        new("-D 0.0.0.0/0:11.22.0.0/16 -S [::/0]:[dead::/16]", new()
        {
            DestinationMaps = [Map("0.0.0.0/0", "11.22.0.0/16")], SourceMaps = [Map("::/0", "dead::/16")],
        }),
        new("-N 0.0.0.0/0:11.22.0.0/16 -b", new() { Maps = [Map("0.0.0.0/0", "11.22.0.0/16")], SkipBroadcast = true }),
        new("-e 1.1.1.1:2.2.2.2", new() { Endpoints = (IpPrefix.Parse("1.1.1.1"), IpPrefix.Parse("2.2.2.2")) }) { IsSplit = true },
        new("-N 0.0.0.0/0:11.0.0.0/8 -N 0.0.0.0/0:12.0.0.0/8", new()
        {
            Maps = [Map("0.0.0.0/0", "11.0.0.0/8")], PeerMaps = [Map("0.0.0.0/0", "12.0.0.0/8")],
        }) { IsSplit = true },
        new("--enet-dmac=02:00:00:00:00:01,02:00:00:00:00:02", new() { DestinationMac = new(s_first, s_second) }) { IsSplit = true },
        new("-r 80:8080,53:5353,1-79:79,1024-65535:1000", new()
        {
            PortMaps = [new(80, 80, 8080), new(53, 53, 5353), new(1, 79, 79), new(1024, 65535, 1000)],
        }),
        new("--ttl=10", new() { Ttl = new(TtlChangeKind.Set, 10) }),
        new("--ttl=+200", new() { Ttl = new(TtlChangeKind.Raise, 200) }),
        new("--ttl=-63", new() { Ttl = new(TtlChangeKind.Lower, 63) }),
        new("--tos=184", new() { TypeOfService = 184 }),
        new("--tclass=184", new() { TrafficClass = 184 }),
        new("--flowlabel=74565", new() { FlowLabel = 74565 }),
        new("-F pad", new() { FixLength = LengthRepair.Pad }),
        new("-F trunc", new() { FixLength = LengthRepair.Truncate }),
        new("--mtu=300 --mtu-trunc", new() { MtuOctets = 300, TruncateToMtu = true }),
        new("--efcs", new() { RemoveFcs = true }),
        new("-C", new()),
        new("--enet-vlan=add --enet-vlan-tag=7 --enet-vlan-pri=0 --enet-vlan-cfi=0 -N 0.0.0.0/0:11.22.0.0/16 -r 80:81 --ttl=-1 --tos=4", new()
        {
            Vlan = new() { Kind = VlanEditKind.Add, Vlan = new(7) }, Maps = [Map("0.0.0.0/0", "11.22.0.0/16")], PortMaps = [new(80, 80, 81)],
            Ttl = new(TtlChangeKind.Lower, 1), TypeOfService = 4,
        }),
        new("--enet-vlan=del -S 0.0.0.0/0:1.0.0.0/8 -F pad --enet-smac=02:00:00:00:00:01", new()
        {
            Vlan = new() { Kind = VlanEditKind.Delete }, SourceMaps = [Map("0.0.0.0/0", "1.0.0.0/8")], FixLength = LengthRepair.Pad, SourceMac = new(s_first),
        }),
    ];

    private static AddressMap Map(string from, string to) => new(IpPrefix.Parse(from), IpPrefix.Parse(to));
}
