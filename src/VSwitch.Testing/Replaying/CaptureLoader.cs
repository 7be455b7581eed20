using VSwitch.Bpf;
using VSwitch.Captures.Conversion;
using VSwitch.Captures.Files;
using VSwitch.Devices.Filters;
using VSwitch.Frames;
using VSwitch.Testing.Recording;
using VSwitch.Testing.Running;
using VSwitch.Wire;

namespace VSwitch.Testing.Replaying;

/// <summary>Reads what is wanted of a capture into memory, so that whatever is wrong with it shows before the first frame is sent.</summary>
internal static class CaptureLoader
{
    private const int MaxPacket = 262_144; // no reader gives more

    /// <param name="path">The file.</param>
    /// <param name="port">The port's name, for messages.</param>
    /// <param name="linkLayer">What the port takes.</param>
    /// <param name="choice">What is wanted.</param>
    /// <returns>At least one frame; times count from the first packet of the file and never go back.</returns>
    internal static List<ReplayFrame> Load(string path, string port, LinkLayer linkLayer, ReplayChoice choice)
    {
        BpfProgram? filter = choice.Filter is null ? null : PcapFilter.Compile(choice.Filter, linkLayer);
        var store = new FrameStore();
        var converter = new LinkTypeConverter();
        byte[]? buffer = null;
        var frames = new List<ReplayFrame>();
        using CaptureReader reader = CaptureReader.Open(path);
        long? first = null;
        long last = 0;
        while (frames.Count < choice.Limit && reader.TryRead(out CapturedPacket packet))
        {
            first ??= packet.Timestamp;
            last = Math.Max(last, (packet.Timestamp ?? first ?? 0) - (first ?? 0)); // a clock that was set back, and packets without a time: with the one before
            if (!IsWantedAtAll(packet, choice))
            {
                continue;
            }

            ReadOnlySpan<byte> octets = packet.Octets;
            if (choice.Converts && linkLayer == LinkLayer.Ethernet && packet.Interface.LinkType != LinkType.Ethernet)
            {
                octets = Convert(packet.Interface.LinkType, packet.Octets).Span;
            }
            else if (!Fits(packet.Interface.LinkType, linkLayer))
            {
                throw new InvalidDataException($"{path}: packet {reader.PacketCount} has the link type {packet.Interface.LinkType}, and port {port} takes "
                    + $"{(linkLayer == LinkLayer.Ethernet ? "Ethernet frames" : "bare IP packets")}: convert them with AsEthernet(), leave them out with Interface(...), or take another port");
            }

            if (!(filter?.Matches(octets) ?? true))
            {
                continue;
            }

            if (octets.Length > FrameBatch.MaxFrameLength)
            {
                throw new InvalidDataException($"{path}: packet {reader.PacketCount} has {octets.Length} octets, more than the longest frame: leave it out with Filter(\"less {FrameBatch.MaxFrameLength}\")");
            }

            Keep(octets, last);
        }

        Check();
        return frames;

        ReadOnlyMemory<byte> Convert(LinkType linkType, ReadOnlySpan<byte> octets)
        {
            buffer ??= new byte[MaxPacket + LinkTypeConverter.MaxGrowth];
            ConversionVerdict verdict = converter.Convert(linkType, octets, buffer);
            return verdict.IsConverted
                ? buffer.AsMemory(0, verdict.Length)
                : throw new InvalidDataException($"{path}: packet {reader.PacketCount} of link type {LinkTypeNames.Of(linkType)} can't be made an Ethernet frame: {verdict.Refusal}");
        }

        void Keep(ReadOnlySpan<byte> octets, long nanoseconds)
        {
            if (choice.Change is null)
            {
                frames.Add(new(nanoseconds, store.Add(octets)));
            }
            else if (choice.Change(octets.ToArray()) is { } changed)
            {
                frames.Add(new(nanoseconds, changed));
            }
        }

        void Check()
        {
            if (reader.Error is { } error && !choice.ToleratesDamage)
            {
                throw new InvalidDataException($"{path}: {error}: {(reader.PacketCount == 0 ? "it is no capture that can be read" : $"replay the {reader.PacketCount} packets in front of it with UpToDamage()")}");
            }

            if (choice.InterfaceName is { } name && reader.Interfaces.All(i => i.Name != name))
            {
                throw new ArgumentException($"{path} has no interface {name}: it has {string.Join(", ", reader.Interfaces.Select(i => i.Name ?? "one without a name"))}");
            }

            if (frames.Count == 0)
            {
                throw new InvalidDataException($"{path}: none of its {reader.PacketCount} packets is wanted: a replay of nothing proves nothing");
            }
        }
    }

    private static bool IsWantedAtAll(in CapturedPacket packet, ReplayChoice choice) =>
        (choice.InterfaceName is null || packet.Interface.Name == choice.InterfaceName)
        && (choice.Direction is null || packet.Direction == choice.Direction)
        && (choice.Source is null || (packet.Interface.LinkType == LinkType.Ethernet && EthernetHeader.TryRead(packet.Octets, out EthernetHeader header) && header.Source == choice.Source));

    private static bool Fits(LinkType type, LinkLayer linkLayer) => linkLayer == LinkLayer.Ethernet
        ? type == LinkType.Ethernet
        : type is LinkType.Raw or LinkType.Raw12 or LinkType.Raw14 or LinkType.IPv4 or LinkType.IPv6;
}
