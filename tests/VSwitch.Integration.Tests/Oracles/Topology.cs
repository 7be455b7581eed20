namespace VSwitch.Integration.Tests.Oracles;

/// <summary>Ports drawn by lot, out of so few VLANs that most ports have some in common.</summary>
internal sealed record Topology(IReadOnlyList<TopologyPort> Ports)
{
    internal const int LeastPorts = 4;
    internal const int MostPorts = 6;

    private static readonly int[] s_vlans = [1, 10, 20, 30];
    private static readonly int[] s_services = [100, 200];

    /// <summary>VLANs that some port may know.</summary>
    internal static IReadOnlyList<int> Vlans { get; } = [.. s_vlans, .. s_services];

    /// <param name="random">With the seed of the test.</param>
    /// <param name="ports">How many.</param>
    internal static Topology Draw(Random random, int ports) => new([.. Enumerable.Range(0, ports).Select(_ => DrawPort(random))]);

    /// <summary>Ports that know all VLANs: what a switch without policies has.</summary>
    internal static Topology Plain(int ports) => new([.. Enumerable.Repeat(new TopologyPort(PortRole.AllVlans, 1, [], IsIsolated: false), ports)]);

    public override string ToString() => string.Join('\n', Ports.Select((p, i) => $"port {i}: {p}"));

    private static TopologyPort DrawPort(Random random)
    {
        PortRole role = random.GetItems(Enum.GetValues<PortRole>(), 1)[0];
        int[] trunks = [.. Vlans.Where(_ => random.Next(2) == 0)];
        trunks = trunks.Length == 0 ? [s_vlans[1]] : trunks; // none would be all, for Open vSwitch
        bool isIsolated = random.Next(4) == 0;
        return role switch
        {
            PortRole.AllVlans => new(role, 1, [], isIsolated),
            PortRole.Access => new(role, random.GetItems(s_vlans, 1)[0], [], isIsolated),
            PortRole.Tunnel => new(role, random.GetItems(s_services, 1)[0], [], isIsolated),
            PortRole.Trunk => new(role, 0, trunks, isIsolated),
            _ => new(role, random.GetItems(s_vlans, 1)[0], trunks, isIsolated),
        };
    }
}
