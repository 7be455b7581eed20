using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using VSwitch.Captures.Comparing.Fields;
using VSwitch.Wire;

namespace VSwitch.Captures.Comparing;

/// <summary>The flow of a packet, in words.</summary>
internal static class FlowText
{
    internal static string Of(ComparedPacket packet)
    {
        FrameLayout layout = new();
        ReadOnlySpan<byte> frame = packet.Span;
        layout.Read(packet.Interface.LinkType, frame);
        if (layout.NetworkStart >= 0)
        {
            ReadOnlySpan<byte> ip = frame[layout.NetworkStart..];
            (string from, string to) = layout.IsIPv6 ? (Address(ip[8..24]), Address(ip[24..40])) : (Address(ip[12..16]), Address(ip[16..20]));
            return layout.PortsStart < 0
                ? $"{from} > {to} {Name(layout.Protocol)}"
                : $"{WithPort(from, frame[layout.PortsStart..])} > {WithPort(to, frame[(layout.PortsStart + 2)..])} {Name(layout.Protocol)}";
        }

        if (layout.Type is { } type && EthernetHeader.TryRead(frame, out EthernetHeader ethernet))
        {
            return $"{ethernet.Source} > {ethernet.Destination} {Name(type)}";
        }

        return $"link type {packet.Interface.LinkType}";
    }

    private static string Address(ReadOnlySpan<byte> octets) => new IPAddress(octets).ToString();

    private static string WithPort(string address, ReadOnlySpan<byte> port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:{BinaryPrimitives.ReadUInt16BigEndian(port)}");

    private static string Name(IpProtocol protocol) =>
        Enum.IsDefined(protocol) ? protocol.ToString().ToLowerInvariant() : string.Create(CultureInfo.InvariantCulture, $"ip protocol {(byte)protocol}");

    private static string Name(EtherType type) => type switch
    {
        EtherType.None => "length 0",
        _ when Enum.IsDefined(type) => type.ToString().ToLowerInvariant(),
        < (EtherType)0x600 => "llc",
        _ => string.Create(CultureInfo.InvariantCulture, $"type 0x{(ushort)type:x4}"),
    };
}
