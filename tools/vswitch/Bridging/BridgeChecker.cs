using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Bridging;

/// <summary>Finds what options of the bridge say against each other: each is right by itself.</summary>
internal static class BridgeChecker
{
    private const int EndsOfAWire = 2;

    /// <summary>Stations of a private VLAN are counted in its primary VLAN.</summary>
    internal static void CheckLimits(BridgePolicy policy, List<string> problems)
    {
        foreach (VlanId vlan in policy.StationLimits.Keys)
        {
            if (policy.PrivateVlans.FirstOrDefault(p => p.Isolated == vlan || p.Communities.Contains(vlan)) is { } owner)
            {
                problems.Add($"--vlan {vlan},limit: stations of private VLAN {owner.Primary} are counted together: write --vlan {owner.Primary},limit=N");
            }
        }
    }

    internal static void CheckWire(BridgeWishes wishes, IReadOnlyList<PortSpec> ports, bool doesRoute, List<string> problems)
    {
        Require(ports.Count == EndsOfAWire, $"a wire has two ends, and here are {ports.Count} ports: give it two --port");
        foreach (PortSpec port in ports)
        {
            CheckWireEnd(port, problems);
        }

        Require(!doesRoute, "a wire does not route: leave --gateway and --route away");
        foreach ((string option, bool isThere) in new[]
        {
            ("--vlan", wishes.Vlans.Length > 0),
            ("--private-vlan", wishes.PrivateVlans.Length > 0),
            ("--mirror", wishes.Mirrors.Length > 0),
            ("--loop-guard", wishes.LoopGuard is not null),
            ("--flap", wishes.Flap is not null),
        })
        {
            Require(!isThere, $"a wire passes everything: leave {option} away");
        }

        void Require(bool condition, string problem) => RequireOfWire(condition, problem, problems);
    }

    /// <summary>What a port can't be at the end of a wire.</summary>
    internal static void CheckWireEnd(PortSpec port, List<string> problems)
    {
        RequireOfWire(port.Kind != PortKind.Tun, $"port {port.PortName} is a tun, and a wire carries Ethernet frames: make it a tap", problems);
        RequireOfWire(
            port.Policy == PortPolicy.None && port.Mirrors.Count == 0, $"a wire passes everything: port {port.PortName} can't have VLANs or policies", problems);
    }

    private static void RequireOfWire(bool condition, string problem, List<string> problems)
    {
        if (!condition)
        {
            problems.Add($"--wire: {problem}");
        }
    }
}
