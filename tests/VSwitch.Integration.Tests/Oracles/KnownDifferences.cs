using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>All that Open vSwitch is known to do differently. <see cref="OvsTests"/> shows that it is so.</summary>
/// <remarks>Such frames are not put in: one of the two would learn from them.</remarks>
internal static class KnownDifferences
{
    private const int TagsOvsSees = 2;

    internal static IReadOnlyList<KnownDifference> All { get; } =
    [
        new(
            "a frame to 01-80-C2-00-00-00 to -0F: Open vSwitch drops all of them, or with forward-bpdu none; ours forwards -00 and drops the others, as 802.1Q wants it",
            (_, i) => BinaryPrimitives.ReadUInt64BigEndian(i.Frame) >> 20 == 0x0180_C200_000),
        new(
            "two tags come into a tunnel: with its own that is one more than Open vSwitch sees, and it loses the inner one; ours carries them all",
            (t, i) => t.Ports[i.Port].Role == PortRole.Tunnel && Tags.Vids(i.Frame).Length >= TagsOvsSees),
        new(
            "a priority tag in front of another tag: Open vSwitch drops the inner tag at access ports and takes it for the customer's elsewhere; for ours it is payload",
            (t, i) => t.Ports[i.Port].Role != PortRole.Tunnel && Tags.Vids(i.Frame) is [0, _, ..]),
        new(
            "a priority tag of priority 0 comes into a tunnel: Open vSwitch takes it for no tag; for ours it is payload",
            (t, i) => t.Ports[i.Port].Role == PortRole.Tunnel && Tags.Vids(i.Frame) is [0] && Tags.Outer(i.Frame).Tci == 0),
        new(
            "a priority tag with TPID 88a8: the tag that Open vSwitch makes of it keeps that, ours has the trunk's, 8100",
            (t, i) => t.Ports[i.Port].Role != PortRole.Tunnel && Tags.Vids(i.Frame) is [0] && Tags.Outer(i.Frame).Protocol == EtherType.ServiceVlan),
        new(
            "two tags, and an access port in the VLAN of the outer: Open vSwitch floods it elsewhere only, and to a station there sends it without either tag",
            (t, i) => t.Ports[i.Port].Role != PortRole.Tunnel && Tags.Vids(i.Frame) is [var vid, _, ..]
                && t.Ports.Any(p => p.Role == PortRole.Access && p.Vlan == vid)),
        new(
            "VID 4095: for Open vSwitch a VLAN like any other, at ports that carry all; ours drops it everywhere, as 802.1Q reserves it",
            (t, i) => t.Ports[i.Port].Role == PortRole.AllVlans && Tags.Vids(i.Frame) is [0xFFF, ..]),
    ];

    internal static KnownDifference? Find(Topology topology, Injection injection) => All.FirstOrDefault(d => d.Applies(topology, injection));
}
