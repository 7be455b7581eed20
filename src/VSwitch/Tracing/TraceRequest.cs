using VSwitch.Bpf;

namespace VSwitch.Tracing;

/// <summary>Which frames are to be traced.</summary>
public sealed record TraceRequest
{
    /// <summary>The most that can be asked for.</summary>
    public const int MaxCount = 1_000_000;

    /// <summary>So many frames, 1 to <see cref="MaxCount"/>.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The name of the port that they come in by; null for any.</summary>
    public string? Port { get; init; }

    /// <summary>What they look like when they come in; null for all. A packet of a TUN port has got its Ethernet header.</summary>
    public BpfProgram? Filter { get; init; }
}
