using VSwitch.Captures.Files;
using VSwitch.Identifiers;

namespace VSwitch.Testing.Replaying;

/// <summary>Which packets of a capture are wanted, and in what shape.</summary>
internal sealed record ReplayChoice
{
    /// <summary>An expression of tcpdump; null for all.</summary>
    internal string? Filter { get; init; }

    /// <summary>The interface; null for all.</summary>
    internal string? InterfaceName { get; init; }

    /// <summary>The way that they went; null for any.</summary>
    internal PacketDirection? Direction { get; init; }

    /// <summary>The station that sent them; null for any.</summary>
    internal MacAddress? Source { get; init; }

    /// <summary>Packets at most.</summary>
    internal int Limit { get; init; } = int.MaxValue;

    /// <summary>Changes a packet, or leaves it out; null for as it is.</summary>
    internal Func<byte[], byte[]?>? Change { get; init; }

    /// <summary>Packets without an Ethernet header get one.</summary>
    internal bool Converts { get; init; }

    /// <summary>A capture that breaks off is no error.</summary>
    internal bool ToleratesDamage { get; init; }
}
