using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Splitting;

/// <summary>How a splitter is made; nothing of it changes later.</summary>
public sealed record SplitterOptions
{
    /// <summary>Frontends when nothing else is said, as in the seed of this project.</summary>
    public const int DefaultFrontends = 16;

    /// <summary>More frontends than that no splitter has.</summary>
    public const int MaxFrontends = PortId.MaxPorts - 1;

    /// <summary>The splitter's name; frontend 3 is called <c>name.3</c>.</summary>
    public string Name { get; init; } = "splitter";

    /// <summary>What the backend and so the frontends carry.</summary>
    public LinkLayer LinkLayer { get; init; } = LinkLayer.Ip;

    /// <summary>The highest index of a frontend; 1 to <see cref="MaxFrontends"/>.</summary>
    public int Frontends { get; init; } = DefaultFrontends;

    /// <summary>Octets that wait for each frontend at most, rounded up; what comes to a full one is dropped and counted. Taken when the first packet comes.</summary>
    public int QueueOctets { get; init; } = 256 * 1024;

    /// <summary>Octets of the longest packet as long as there is no backend.</summary>
    public int EmptyMtu { get; init; } = 1500;

    /// <summary>The frontends' batch; no backend's may be larger.</summary>
    internal const int BatchSize = FrameBatch.DefaultCapacity;
}
