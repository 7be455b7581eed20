using System.CommandLine;
using VSwitch.Captures.Rewriting;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.PcapReplay.Rewrite;

/// <summary>The options of tcprewrite that say what becomes of a frame; commands that rewrite take them all.</summary>
internal sealed class RewriteArguments
{
    private readonly bool _hasShortNames;
    private readonly List<Option> _all = [];
    private readonly Option<string?> _dmac, _smac, _macSeed, _macKeep, _vlan, _vlanTag, _vlanCfi, _vlanPri, _vlanProto, _vlanMap;
    private readonly Option<string?> _sources, _destinations, _endpoints, _seed, _ttl, _tos, _tclass, _flowLabel, _fixLength, _mtu, _pad, _fuzzSeed, _fuzzFactor;
    private readonly Option<string[]> _substitutions, _maps, _ports;
    private readonly Option<bool> _fixChecksums, _mtuTrunc, _fcs, _skipBroadcast, _skipLinkBroadcast;

    private RewriteArguments(bool hasShortNames)
    {
        _hasShortNames = hasShortNames;
        _dmac = Text("--enet-dmac", "MAC[,MAC]", "New destination MAC address; the second is for the secondary side.");
        _smac = Text("--enet-smac", "MAC[,MAC]", "New source MAC address; the second is for the secondary side.");
        _substitutions = Many("--enet-subsmac", null, "MAC,MAC", "Replace a MAC address by another wherever it stands; may be said often.");
        _macSeed = Text("--enet-mac-seed", "SEED", "Replace stations' MAC addresses by others, each always by the same. Not those that tcprewrite takes.");
        _macKeep = Text("--enet-mac-seed-keep-bytes", "N", "With --enet-mac-seed: leave the first N octets.");
        _vlan = Text("--enet-vlan", "add|del|change", "Add a VLAN tag, take the outermost off, or change it.");
        _vlanTag = Text("--enet-vlan-tag", "VID", "The tag's VLAN, 0 to 4095.");
        _vlanCfi = Text("--enet-vlan-cfi", "0|1", "The tag's CFI bit, which is DEI today.");
        _vlanPri = Text("--enet-vlan-pri", "N", "The tag's priority, 0 to 7.");
        _vlanProto = Text("--enet-vlan-proto", "802.1q|802.1ad", "The protocol of a tag that is added. Default: 802.1q.");
        _vlanMap = Text("--enet-vlan-map", "VID:VID,...", "With --enet-vlan=change: change these VLANs, leave the others.");
        _maps = Many("--pnat", "-N", "NET:NET,...", "Move addresses from a network to another; IPv6 in brackets. Twice: for either end one.");
        _sources = Text("--srcipmap", "NET:NET,...", "As --pnat, for source addresses only.", "-S");
        _destinations = Text("--dstipmap", "NET:NET,...", "As --pnat, for destination addresses only.", "-D");
        _endpoints = Text("--endpoints", "IP:IP", "Have all traffic between two addresses.", "-e");
        _seed = Text("--seed", "SEED", "Replace IP addresses by others, each always by the same. Not those that tcprewrite takes.", "-s");
        _skipBroadcast = Flag("--skipbroadcast", "Leave broadcast and multicast addresses, of IP and MAC.", "-b");
        _skipLinkBroadcast = Flag("--skipl2broadcast", "Leave broadcast and multicast MAC addresses.");
        _ports = Many("--portmap", "-r", "PORT:PORT,...", "Change ports of TCP and UDP: 80:8080, 8000-8999:80, 80,81:8080; may be said often.");
        _ttl = Text("--ttl", "N|+N|-N", "Set, raise or lower the TTL and the hop limit.");
        _tos = Text("--tos", "N", "Set the IPv4 type of service (DSCP and ECN).");
        _tclass = Text("--tclass", "N", "Set the IPv6 traffic class.");
        _flowLabel = Text("--flowlabel", "N", "Set the IPv6 flow label.");
        _fixLength = Text("--fixlen", "pad|trunc|del", "Packets that were cut in the capture: pad with zeros, make the headers fit, or leave them out.", "-F");
        _fixChecksums = Flag("--fixcsum", "Compute the checksums of IPv4, TCP, UDP and ICMP anew; without it right ones stay right, and wrong ones wrong.", "-C");
        _mtu = Text("--mtu", "OCTETS", "The MTU, layer 2 not counted. Default: 1500.", "-m");
        _mtuTrunc = Flag("--mtu-trunc", "Cut what is longer than the MTU.");
        _fcs = Flag("--efcs", "Take 4 octets of FCS off every frame; it is not looked whether they are one.", "-E");
        _pad = Text("--pad", "OCTETS", "Pad frames that are shorter with zeros, FCS not counted: 60 for Ethernet.");
        _fuzzSeed = Text("--fuzz-seed", "SEED", "Spoil some frames. Not those that tcprewrite takes.");
        _fuzzFactor = Text("--fuzz-factor", "N", "With --fuzz-seed: one frame in N. Default: 8.");
    }

    /// <summary>Gives a command the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="hasShortNames">With tcprewrite's letters: a command that needs some for itself takes none.</param>
    internal static RewriteArguments AddTo(Command command, bool hasShortNames = true)
    {
        var arguments = new RewriteArguments(hasShortNames);
        arguments._all.ForEach(command.Add);
        return arguments;
    }

    /// <summary>Whether a command line has any of them.</summary>
    internal bool IsAny(ParseResult parsed) => _all.Any(o => parsed.GetResult(o) is { Implicit: false });

    /// <summary>What a command line asks for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="problems">Takes a line for every mistake; the result is of no use then.</param>
    internal RewriteOptions Read(ParseResult parsed, List<string> problems)
    {
        var reading = new OptionReading(parsed, problems);
        string[] maps = parsed.GetValue(_maps) ?? [];
        if (maps.Length > 2)
        {
            problems.Add("--pnat is there more than twice: write one with commas");
        }

        reading.Conflict(_maps, _sources, _destinations);
        reading.Conflict(_macSeed, _smac, _dmac, _substitutions);
        reading.Conflict(_seed, _fuzzSeed);
        reading.Needs(_macKeep, _macSeed);
        reading.Needs(_fuzzFactor, _fuzzSeed);
        return new()
        {
            DestinationMac = reading.Class<MacPair>(_dmac, Macs, "one MAC address or two, such as 02:00:00:00:00:01,02:00:00:00:00:02"),
            SourceMac = reading.Class<MacPair>(_smac, Macs, "one MAC address or two, such as 02:00:00:00:00:01,02:00:00:00:00:02"),
            MacSubstitutions = [.. (parsed.GetValue(_substitutions) ?? []).Select(t => reading.One<MacSubstitution>(_substitutions, t, Substitution, "two MAC addresses with a comma between"))],
            MacSeed = reading.Number<uint>(_macSeed, 0, uint.MaxValue),
            MacSeedKeptOctets = reading.Number(_macKeep, 1, 6) ?? 0,
            Vlan = Vlan(reading),
            RemoveFcs = parsed.GetValue(_fcs),
            Maps = maps.Length > 0 ? reading.One<List<AddressMap>>(_maps, maps[0], Maps, MapHelp) : [],
            PeerMaps = maps.Length > 1 ? reading.One<List<AddressMap>>(_maps, maps[1], Maps, MapHelp) : [],
            SourceMaps = reading.Class<List<AddressMap>>(_sources, Maps, MapHelp) ?? [],
            DestinationMaps = reading.Class<List<AddressMap>>(_destinations, Maps, MapHelp) ?? [],
            Endpoints = reading.Struct<(IpPrefix, IpPrefix)>(_endpoints, RewriteText.TryParseEndpoints, "two addresses of one family, such as 10.0.0.1:10.0.0.2 or [fd00::1]:[fd00::2]"),
            AddressSeed = reading.Number<uint>(_seed, 0, uint.MaxValue),
            SkipBroadcast = parsed.GetValue(_skipBroadcast),
            SkipLinkBroadcast = parsed.GetValue(_skipLinkBroadcast),
            PortMaps = [.. (parsed.GetValue(_ports) ?? []).SelectMany(t => reading.One<List<PortMap>>(_ports, t, Ports, "ports such as 80:8080,8000-8999:80"))],
            Ttl = reading.Struct<TtlChange>(_ttl, RewriteText.TryParseTtl, "0 to 255, or +1 to +255, or -1 to -255"),
            TypeOfService = reading.Number<byte>(_tos, 0, 255),
            TrafficClass = reading.Number<byte>(_tclass, 0, 255),
            FlowLabel = reading.Number<uint>(_flowLabel, 0, 0xF_FFFF),
            FixLength = reading.Word(_fixLength, ("pad", LengthRepair.Pad), ("trunc", LengthRepair.Truncate), ("del", LengthRepair.Delete)) ?? LengthRepair.None,
            FixChecksums = parsed.GetValue(_fixChecksums),
            MtuOctets = reading.Number(_mtu, FrameRewriter.MinMtuOctets, 262_144) ?? RewriteOptions.DefaultMtu,
            TruncateToMtu = parsed.GetValue(_mtuTrunc),
            PadOctets = reading.Number(_pad, 0, 65_535) ?? 0,
            FuzzSeed = reading.Number<uint>(_fuzzSeed, 0, uint.MaxValue),
            FuzzFactor = reading.Number(_fuzzFactor, 1, int.MaxValue) ?? 8,
        };
    }

    private const string MapHelp = "networks of one family such as 10.0.0.0/8:192.168.0.0/16 or [fd00::/8]:[2001:db8::/32]";

    private static bool Macs(string text, out MacPair? pair) => RewriteText.TryParseMacPair(text, out pair);

    private static bool Substitution(string text, out MacSubstitution substitution) => RewriteText.TryParseSubstitution(text, out substitution);

    private static bool Maps(string text, out List<AddressMap> maps) => RewriteText.TryParseMaps(text, out maps);

    private static bool Ports(string text, out List<PortMap> maps) => RewriteText.TryParsePorts(text, maps = []);

    private VlanEdit? Vlan(OptionReading reading)
    {
        VlanEditKind? kind = reading.Word(_vlan, ("add", VlanEditKind.Add), ("del", VlanEditKind.Delete), ("change", VlanEditKind.Change));
        ushort? tag = reading.Number<ushort>(_vlanTag, 0, 4095);
        byte? priority = reading.Number<byte>(_vlanPri, 0, 7);
        byte? cfi = reading.Number<byte>(_vlanCfi, 0, 1);
        EtherType? protocol = reading.Word(_vlanProto, ("802.1q", EtherType.CustomerVlan), ("802.1ad", EtherType.ServiceVlan));
        List<(VlanId, VlanId)>? map = reading.Class<List<(VlanId, VlanId)>>(_vlanMap, RewriteText.TryParseVlans, "VLANs such as 10:20,30:40");
        foreach (Option option in new[] { _vlanTag, _vlanPri, _vlanCfi, _vlanProto, _vlanMap })
        {
            reading.Needs(option, _vlan);
        }

        if (kind == VlanEditKind.Add && !reading.Has(_vlanTag))
        {
            reading.Problems.Add("--enet-vlan=add needs a VLAN: say --enet-vlan-tag, too");
        }

        if (reading.Has(_vlanMap) && kind is not (null or VlanEditKind.Change))
        {
            reading.Problems.Add("--enet-vlan-map is for --enet-vlan=change: say that, or leave the map away");
        }

        reading.Conflict(_vlanMap, _vlanTag);
        return kind is not { } what ? null : new()
        {
            Kind = what,
            Vlan = tag is { } vid ? new VlanId(vid) : null,
            Priority = priority,
            DropEligible = cfi is { } bit ? bit == 1 : null,
            Protocol = protocol ?? EtherType.CustomerVlan,
            Map = map ?? [],
        };
    }

    private Option<string?> Text(string name, string help, string description, string? letter = null) => Add(new Option<string?>(name, Letters(letter)) { Description = description, HelpName = help });

    private Option<string[]> Many(string name, string? letter, string help, string description) => Add(new Option<string[]>(name, Letters(letter)) { Description = description, HelpName = help });

    private Option<bool> Flag(string name, string description, string? letter = null) => Add(new Option<bool>(name, Letters(letter)) { Description = description });

    private string[] Letters(string? letter) => letter is null || !_hasShortNames ? [] : [letter];

    private T Add<T>(T option)
        where T : Option
    {
        _all.Add(option);
        return option;
    }
}
