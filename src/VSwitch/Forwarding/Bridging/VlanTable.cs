using System.Globalization;
using System.Text;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Vlans;

namespace VSwitch.Forwarding.Bridging;

/// <summary>All VLANs, as the ports' configurations make them. Immutable.</summary>
internal sealed class VlanTable
{
    private const int Vids = 4096;

    private readonly VlanEntry[] _entries = new VlanEntry[Vids];
    private readonly bool _hasSecondaries;

    /// <param name="ports">Ports that are up.</param>
    /// <param name="places">Above the highest index of a port.</param>
    /// <param name="policy">Private VLANs, and those where nothing is learned.</param>
    internal VlanTable(IReadOnlyCollection<BridgePort> ports, int places, BridgePolicy policy)
    {
        // Ports with equal configurations are one group: a VLAN is what groups are members of it, with or without a tag.
        BridgePort[][] groups = [.. ports.GroupBy(p => p.Policy.Vlans).Select(g => g.ToArray())];
        List<Membership>?[] members = new List<Membership>?[Vids];
        for (int group = 0; group < groups.Length; group++)
        {
            PortVlans vlans = groups[group][0].Policy.Vlans;
            VidMap? map = groups[group][0].Map;
            foreach (VlanId vlan in vlans.MemberSet.Members().Where(v => map is null || vlans.UntaggedSet.Contains(v) || map.OnWire(v).Value != 0))
            {
                (members[vlan.Value] ??= []).Add(new(group, vlans.UntaggedSet.Contains(vlan)));
            }
        }

        foreach (PrivateVlan vlan in policy.PrivateVlans)
        {
            Join(vlan, groups, members);
        }

        HashSet<VlanId> silent = [.. policy.Mirrors.Select(m => m.ToVlan).OfType<VlanId>(), .. policy.NotLearning.Members()];
        Dictionary<VlanId, VlanId> primaries = policy.PrivateVlans.SelectMany(p => p.Secondaries.Select(s => (s, p.Primary))).ToDictionary();
        _hasSecondaries = primaries.Count > 0;
        LearnsEverywhere = silent.Count == 0;
        Fill(groups, members, places, primaries, silent);
    }

    /// <summary>A VLAN; for any number.</summary>
    internal VlanEntry this[VlanId vlan] => _entries[vlan.Value & (Vids - 1)];

    /// <summary>There is no VLAN in which nothing is learned.</summary>
    internal bool LearnsEverywhere { get; }

    /// <summary>The VLAN by which stations of a VLAN are learned and found (FID, IEEE 802.1Q).</summary>
    internal VlanId FidOf(VlanId vlan)
    {
        if (!_hasSecondaries)
        {
            return vlan;
        }

        VlanEntry entry = this[vlan];
        return entry.IsSecondary ? entry.Primary : vlan;
    }

    /// <summary>Promiscuous ports hear all hosts, hosts hear promiscuous ports; hosts of the isolated VLAN do not hear each other.</summary>
    private static void Join(PrivateVlan vlan, BridgePort[][] groups, List<Membership>?[] members)
    {
        int[] promiscuous = [.. WithPvid(vlan.Primary)];
        foreach (VlanId secondary in vlan.Secondaries)
        {
            int[] hosts = [.. WithPvid(secondary)];
            if (secondary == vlan.Isolated)
            {
                members[secondary.Value]?.RemoveAll(m => hosts.Contains(m.Group));
            }

            Add(vlan.Primary, hosts);
            Add(secondary, promiscuous);
        }

        IEnumerable<int> WithPvid(VlanId pvid) => Enumerable.Range(0, groups.Length).Where(g => groups[g][0].Policy.Vlans.Pvid == pvid);

        void Add(VlanId to, int[] which)
        {
            List<Membership> list = members[to.Value] ??= [];
            list.AddRange(which.Where(g => list.All(m => m.Group != g)).Select(g => new Membership(g, IsUntagged: true)));
        }
    }

    private void Fill(
        BridgePort[][] groups, List<Membership>?[] members, int places, Dictionary<VlanId, VlanId> primaries, HashSet<VlanId> silent)
    {
        var known = new Dictionary<string, VlanEntry>(StringComparer.Ordinal);
        var key = new StringBuilder();
        for (ushort vid = 0; vid < Vids; vid++)
        {
            VlanId primary = primaries.GetValueOrDefault(new(vid));
            bool learns = !silent.Contains(new(vid));
            if (vid > 0 && IsLike(_entries[vid - 1], primary, learns) && AreSame(members[vid], members[vid - 1]))
            {
                _entries[vid] = _entries[vid - 1]; // as most are
                continue;
            }

            key.Clear().Append(CultureInfo.InvariantCulture, $"{primary.Value} {learns}");
            foreach ((int group, bool isUntagged) in members[vid] ?? [])
            {
                key.Append(CultureInfo.InvariantCulture, $" {group}{(isUntagged ? "u" : "")}");
            }

            string text = key.ToString();
            if (!known.TryGetValue(text, out VlanEntry? entry))
            {
                known.Add(text, entry = Make(groups, members[vid] ?? [], places, primary, learns));
            }

            _entries[vid] = entry;
        }
    }

    private static bool IsLike(VlanEntry entry, VlanId primary, bool learns) => entry.Primary == primary && entry.Learns == learns;

    private static bool AreSame(List<Membership>? some, List<Membership>? others) =>
        some is null || others is null ? (some?.Count ?? 0) == (others?.Count ?? 0) : some.SequenceEqual(others);

    private static VlanEntry Make(BridgePort[][] groups, List<Membership> members, int places, VlanId primary, bool learns)
    {
        PortSet all = new(places);
        PortSet untagged = new(places);
        foreach ((int group, bool isUntagged) in members)
        {
            foreach (BridgePort port in groups[group])
            {
                all.Add(port.Id.Index);
                if (isUntagged)
                {
                    untagged.Add(port.Id.Index);
                }
            }
        }

        return new(all, untagged, primary, learns);
    }

    private readonly record struct Membership(int Group, bool IsUntagged);
}
