using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Tool.Ports;
using VSwitch.Vlans;

namespace VSwitch.Tool.Bridging;

/// <summary>Reads what the bridge is to do as a whole.</summary>
internal static class BridgeParser
{
    /// <param name="wishes">As the user wrote it.</param>
    /// <param name="ports">All of the switch; none when something was wrong with one, which is then not held against the options.</param>
    /// <param name="doesRoute">The switch has gateways or routes.</param>
    /// <param name="problems">Takes what is wrong.</param>
    internal static BridgePolicy Parse(BridgeWishes wishes, IReadOnlyList<PortSpec> ports, bool doesRoute, List<string> problems)
    {
        (IReadOnlyDictionary<VlanId, StationLimit> limits, VlanSet notLearning) = VlanOptionParser.ParseAll(wishes.Vlans, problems);
        var policy = new BridgePolicy
        {
            PrivateVlans = PrivateVlanParser.ParseAll(wishes.PrivateVlans, problems),
            StationLimits = limits,
            NotLearning = notLearning,
            LoopGuard = LoopGuardParser.Parse(wishes.LoopGuard, problems),
            Flapping = FlapParser.Parse(wishes.Flap, problems),
        };
        IEnumerable<MirrorSpec> mirrors = MirrorParser.ParseAll(wishes.Mirrors, problems);
        BridgeChecker.CheckLimits(policy, problems);
        if (ports.Count == 0)
        {
            return policy;
        }

        policy = policy with { Mirrors = MirrorBuilder.Build(mirrors, ports, problems) };
        StationChecker.Check(ports, policy.PrivateVlans, problems);
        if (wishes.IsWire)
        {
            BridgeChecker.CheckWire(wishes, ports, doesRoute, problems);
        }

        return policy;
    }
}
