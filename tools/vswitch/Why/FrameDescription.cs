using System.Net;
using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Tool.Why;

/// <summary>A frame as the user describes it.</summary>
internal sealed record FrameDescription
{
    internal required MacAddress Source { get; init; }

    internal required MacAddress Destination { get; init; }

    /// <summary>Tags, the outermost first.</summary>
    internal IReadOnlyList<(int Vid, int Priority)> Tags { get; init; } = [];

    internal EtherType Type { get; init; }

    internal IPAddress? IpSource { get; init; }

    internal IPAddress? IpDestination { get; init; }

    internal IpProtocol Protocol { get; init; } = IpProtocol.Udp;

    internal ushort SourcePort { get; init; }

    internal ushort DestinationPort { get; init; }
}
