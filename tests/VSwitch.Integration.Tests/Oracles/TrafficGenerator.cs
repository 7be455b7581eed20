using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>Frames drawn by lot, of stations that are somewhere and sometimes move; what is in them is out of real captures, where there are some.</summary>
internal sealed class TrafficGenerator(Random random, Topology topology)
{
    private const int Stations = 8;
    private const int Strangers = 2; // stations that never send
    private const int LeastPayload = 2; // the kernel of the capturing end drops a tagged frame with less (skb_vlan_untag)
    private const int LongestPayload = 1500;
    private const int ForbiddenVid = 77;
    private const int ReservedVid = 4095;

    private static readonly Lazy<IReadOnlyList<(EtherType Type, byte[] Payload)>> s_contents = new(ReadCaptures);

    private readonly int[] _places = [.. Enumerable.Range(0, Stations).Select(i => i % topology.Ports.Count)];

    internal Injection Next()
    {
        int station = random.Next(Stations);
        if (random.Next(12) == 0)
        {
            _places[station] = random.Next(topology.Ports.Count);
        }

        int port = _places[station];
        FrameBuilder frame = new FrameBuilder().From(MacOf(station)).To(Destination());
        foreach ((int vid, int priority, EtherType protocol) in DrawTags(topology.Ports[port]))
        {
            frame.Vlan(vid, priority, protocol);
        }

        (EtherType type, byte[] payload) = Content();
        return new(port, frame.Type(type).Payload(payload).Build());
    }

    private static MacAddress MacOf(int station) => new(0x0200_0000_0D00UL + (ulong)station);

    // What came with tags is used without: the topology has its own. PAUSE ends at the first hop for ours, to whatever address; not so for others.
    private static List<(EtherType Type, byte[] Payload)> ReadCaptures()
    {
        List<(EtherType, byte[])> contents = [];
        IEnumerable<(string, int, LinkLayer LinkLayer, byte[] Packet)> packets = CaptureFolder.Find() is { } folder ? CaptureFolder.Packets(folder) : [];
        foreach (byte[] packet in packets.Where(p => p.LinkLayer == LinkLayer.Ethernet).Select(p => p.Packet))
        {
            int at = 12;
            while (packet.Length >= at + VlanTag.Length && VlanTag.IsTag(TypeAt(at)))
            {
                at += VlanTag.Length;
            }

            if (packet.Length - at - 2 is >= LeastPayload and <= LongestPayload
                && TypeAt(at) is var type && !VlanTag.IsTag(type) && type is not (EtherType.MacControl or Marker.Type))
            {
                contents.Add((type, packet[(at + 2)..]));
            }

            EtherType TypeAt(int offset) => (EtherType)BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(offset));
        }

        return contents;
    }

    private MacAddress Destination() => random.Next(8) switch
    {
        0 or 1 => MacAddress.Broadcast,
        2 => new MacAddress(0x0100_5E00_0000UL + (ulong)random.Next(1, 9)),
        3 when random.Next(4) == 0 => new MacAddress(0x0180_C200_0000UL + (ulong)random.Next(0x30)),
        _ => MacOf(random.Next(Stations + Strangers)),
    };

    private List<(int Vid, int Priority, EtherType Protocol)> DrawTags(TopologyPort port)
    {
        bool wantsTag = random.Next(4) != 0 && port.Role != PortRole.Access;
        List<(int, int, EtherType)> tags = [];
        if (wantsTag || random.Next(3) == 0)
        {
            tags.Add((OuterVid(port), Priority(), random.Next(6) == 0 ? EtherType.ServiceVlan : EtherType.CustomerVlan));
            if (random.Next(5) == 0)
            {
                tags.Add((random.GetItems([.. Topology.Vlans], 1)[0], Priority(), EtherType.CustomerVlan));
            }
        }

        return tags;
    }

    private int OuterVid(TopologyPort port) => random.Next(16) switch
    {
        0 => 0,
        1 => ForbiddenVid,
        2 => ReservedVid,
        < 9 when port.Trunks.Count > 0 => random.GetItems([.. port.Trunks], 1)[0],
        _ => random.GetItems([.. Topology.Vlans], 1)[0],
    };

    private int Priority() => random.Next(3) == 0 ? random.Next(8) : 0;

    private (EtherType Type, byte[] Payload) Content()
    {
        if (s_contents.Value.Count > 0 && random.Next(4) != 0)
        {
            return s_contents.Value[random.Next(s_contents.Value.Count)];
        }

        byte[] payload = new byte[random.Next(2) == 0 ? random.Next(LeastPayload, 60) : random.Next(LeastPayload, LongestPayload + 1)];
        random.NextBytes(payload);
        return ((EtherType)0x88B5, payload);
    }
}
