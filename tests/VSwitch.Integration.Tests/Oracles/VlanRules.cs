using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>What is to become of a frame in a topology, written down once more as simply as can be: it tells who of two switches is wrong.</summary>
internal sealed class VlanRules(Topology topology) : IOracle
{
    private const int ReservedVid = 4095;
    private const int Addresses = 12;

    private readonly Dictionary<(int Vid, ulong Station), int> _stations = [];

    public int Ports => topology.Ports.Count;

    public IReadOnlyList<byte[]>[] Exchange(int port, byte[] frame)
    {
        List<byte[]>[] byPort = [.. topology.Ports.Select(_ => new List<byte[]>())];
        TopologyPort from = topology.Ports[port];
        (int vid, EtherType protocol, int priority, byte[] payload) = Classify(from, frame);
        if (!IsMember(from, vid))
        {
            return byPort;
        }

        _stations[(vid, Address(frame, 6))] = port;
        bool isKnown = _stations.TryGetValue((vid, Address(frame, 0)), out int known);
        for (int i = 0; i < Ports; i++)
        {
            TopologyPort to = topology.Ports[i];
            if (i != port && (!isKnown || i == known) && IsMember(to, vid) && !(from.IsIsolated && to.IsIsolated))
            {
                byPort[i].Add(IsUntagged(to, vid) ? payload : Tagged(payload, protocol, priority | vid));
            }
        }

        return byPort;
    }

    public Task Flush()
    {
        _stations.Clear();
        return Task.CompletedTask;
    }

    public Task<string> Explain(int port, byte[] frame) => Task.FromResult(string.Join('\n', _stations.Select(s => $"{s.Key.Vid} {s.Key.Station:x12} at {s.Value}")));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // VID 0 at the end: of no VLAN.
    private static (int Vid, EtherType Protocol, int Priority, byte[] Payload) Classify(TopologyPort port, byte[] frame)
    {
        if (port.Role == PortRole.Tunnel || Tags.Vids(frame) is not [var vid, ..])
        {
            return (port.Vlan, EtherType.CustomerVlan, 0, frame);
        }

        (EtherType protocol, int tci) = Tags.Outer(frame);
        byte[] payload = [.. frame[..Addresses], .. frame[(Addresses + VlanTag.Length)..]];
        return vid == 0 ? (port.Vlan, EtherType.CustomerVlan, tci & 0xF000, payload)
            : (port.Role == PortRole.Access ? 0 : vid, protocol, tci & 0xF000, payload);
    }

    private static bool IsMember(TopologyPort port, int vid) => vid is not (0 or ReservedVid) && port.Role switch
    {
        PortRole.AllVlans => true,
        PortRole.Access or PortRole.Tunnel => vid == port.Vlan,
        _ => vid == port.Vlan || port.Trunks.Contains(vid),
    };

    private static bool IsUntagged(TopologyPort port, int vid) => vid == port.Vlan && port.Role != PortRole.NativeTaggedTrunk;

    private static byte[] Tagged(byte[] payload, EtherType protocol, int tci)
    {
        byte[] frame = [.. payload[..Addresses], 0, 0, 0, 0, .. payload[Addresses..]];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Addresses), (ushort)protocol);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(Addresses + 2), (ushort)tci);
        return frame;
    }

    private static ulong Address(byte[] frame, int at) => BinaryPrimitives.ReadUInt64BigEndian([0, 0, .. frame.AsSpan(at, 6)]);
}
