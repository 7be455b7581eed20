using System.Globalization;
using VSwitch.Captures.Pcap;
using VSwitch.Devices;
using VSwitch.Devices.Tap;
using VSwitch.Devices.Tun;
using VSwitch.Devices.Workers;
using VSwitch.Frames;
using VSwitch.Policies;
using VSwitch.Tool.Control.Messages;
using VSwitch.Tool.Run;
using VSwitch.Vlans;

namespace VSwitch.Tool.Control;

/// <summary>Ports as messages.</summary>
internal static class PortView
{
    internal static PortsMessage Ports(SwitchHost host) => new([.. host.Switch.Ports.Select(Of), .. host.LostPorts.Select(Lost)]);

    internal static CountersMessage Counters(TrafficCounters counters, long? kernelDrops = null) => new(
        counters.ReceivedFrames,
        counters.ReceivedOctets,
        counters.SentFrames,
        counters.SentOctets,
        counters.Replicated,
        counters.TotalDrops(),
        kernelDrops);

    internal static IReadOnlyDictionary<string, long> Drops(TrafficCounters counters) =>
        DropReasons.All.Where(r => counters.Drops(r) > 0).ToDictionary(r => ControlJson.Word(r), counters.Drops);

    private static PortMessage Of(SwitchPort port) => new(
        port.Name,
        port.Id.Index,
        port.Device switch
        {
            L2Dev => "tap",
            L3Dev => "tun",
            PcapDevice => "pcap",
            _ => "device",
        },
        port.IsUp ? "up" : "down",
        ControlJson.Word(port.Block),
        port.Mtu,
        Policy(port.Policy),
        Counters(port.Counters, new StatsSample.Port(port).KernelDrops),
        Drops(port.Counters));

    private static PortMessage Lost(string name) =>
        new(name, null, "unknown", "gone", ControlJson.Word(PortBlock.None), null, null, null, new Dictionary<string, long>());

    private static PolicyMessage Policy(PortPolicy policy)
    {
        PortVlans vlans = policy.Vlans;
        return new(
            vlans.Pvid?.Value,
            vlans.MemberSet.ToString(),
            vlans.UntaggedSet.ToString(),
            ControlJson.Word(vlans.AcceptableFrameTypes),
            vlans.TagProtocol is { } protocol ? string.Create(CultureInfo.InvariantCulture, $"0x{(int)protocol:x4}") : null,
            [.. vlans.Translations.Select(t => t.ToString())],
            [.. Flags(policy)],
            policy.StationLimit is { } limit ? $"{limit.Max}:{ControlJson.Word(limit.Action)}" : null,
            policy.StormControl is { } storm ? Storm(storm) : null,
            policy.Policing?.ToString(),
            policy.IngressAccess?.Name,
            policy.EgressAccess?.Name);
    }

    private static IEnumerable<string> Flags(PortPolicy policy) => new[]
    {
        policy.IsIsolated ? "isolated" : "",
        policy.Hairpin ? "hairpin" : "",
        policy.Learns ? "" : "noLearning",
        policy.IsSticky ? "sticky" : "",
        policy.Vlans.IsTunnel ? "tunnel" : "",
        policy.IsGuarded ? "" : "unguarded",
    }.Where(f => f.Length > 0);

    private static string Storm(StormControl storm) => string.Join(
        ", ",
        new[] { ("broadcast", storm.Broadcast), ("multicast", storm.Multicast), ("unknown", storm.UnknownUnicast) }
            .Where(l => l.Item2 is not null).Select(l => $"{l.Item1}={l.Item2}"));
}
