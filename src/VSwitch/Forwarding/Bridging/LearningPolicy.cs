using VSwitch.Filtering;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Learning;
using VSwitch.Policies;

namespace VSwitch.Forwarding.Bridging;

/// <summary>What becomes of a frame whose source is not where it was, or may not be learned where it is.</summary>
internal sealed class LearningPolicy(FilteringDatabase database)
{
    /// <param name="result">What the filtering database said.</param>
    /// <param name="source">The station, in the VLAN by which it is learned.</param>
    /// <param name="before">Where it was.</param>
    /// <param name="ingress">Where it is now.</param>
    /// <param name="bridge">The policies; null without any.</param>
    /// <param name="time">When.</param>
    internal DropReason Judge(LearnResult result, StationKey source, PortId before, PortId ingress, BridgeModel? bridge, BurstTime time)
    {
        switch (result)
        {
            case LearnResult.StaticElsewhere:
                return DropReason.StaticSource;
            case LearnResult.Held:
                return DropReason.StationHeld;
            case LearnResult.PortLimit when bridge?.Find(ingress) is { Policy.StationLimit: { } limit } port:
                return Refuse(limit, port);
            case LearnResult.VlanLimit when bridge is not null && bridge.Policy.StationLimits.TryGetValue(source.Vlan, out StationLimit? limit):
                return Refuse(limit, null);
            default:
                return NoteMove(source, before, ingress, bridge, time);
        }
    }

    private static DropReason Refuse(StationLimit limit, BridgePort? port)
    {
        if (limit.Action == StationLimitAction.Flood)
        {
            return DropReason.None;
        }

        if (limit.Action == StationLimitAction.Shutdown && port is not null)
        {
            port.Port.Gate.IsShut = true;
        }

        return DropReason.StationLimit;
    }

    private DropReason NoteMove(StationKey source, PortId before, PortId ingress, BridgeModel? bridge, BurstTime time)
    {
        if (bridge?.Services is not { Moves: { } moves } services || before == PortId.None || before == ingress)
        {
            return DropReason.None;
        }

        FlapVerdict verdict = moves.Note(source, before, ingress, time.Milliseconds);
        if (verdict == FlapVerdict.Hold)
        {
            database.Pin(source);
        }

        if (verdict != FlapVerdict.Moved && bridge.Policy.Flapping is not null)
        {
            services.Events.TryWrite(new(BridgeEventKind.StationFlaps, NameOf(ingress, bridge), NameOf(before, bridge), source));
        }

        if (bridge.Policy.LoopGuard is { Method: LoopGuardMethod.Moves } loops
            && moves.TryTakeBusiestPair(loops.Moves, out PortId a, out PortId b))
        {
            services.Loops?.NoteEvidence(a, b, time.Milliseconds);
        }

        return DropReason.None;
    }

    private static string NameOf(PortId id, BridgeModel bridge) => bridge.Find(id)?.Port.Name ?? "";
}
