using System.Threading.Channels;
using VSwitch.Filtering;
using VSwitch.Forwarding.Loops;
using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch.Forwarding.Bridging;

/// <summary>What works beside the stages of a bridge, and outlives its models.</summary>
/// <param name="Loops">Finds loops; null for not.</param>
/// <param name="Moves">Finds stations that move to and fro; null for not.</param>
/// <param name="ProbeSource">The MAC address that probes come from.</param>
/// <param name="Events">Takes what the bridge does by itself.</param>
internal sealed record BridgeServices(LoopGuard? Loops, MoveMonitor? Moves, MacAddress ProbeSource, ChannelWriter<BridgeEvent> Events);
