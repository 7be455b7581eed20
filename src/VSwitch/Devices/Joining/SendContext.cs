using VSwitch.Identifiers;

namespace VSwitch.Devices.Joining;

/// <summary>What one thread needs while it sends through a joiner.</summary>
internal sealed class SendContext(int batchSize)
{
    /// <summary>Who owns the destination of each frame.</summary>
    internal PortId[] Owners { get; } = new PortId[batchSize];

    /// <summary>The place of the device that gets each frame.</summary>
    internal int[] Targets { get; } = new int[batchSize];

    /// <summary>The frames, by their place in the burst, that each device gets.</summary>
    internal EgressPlan Plan { get; } = new(batchSize);

    /// <summary>The indexes of the frames for one device.</summary>
    internal int[] Frames { get; } = new int[batchSize];

    internal FanOut FanOut { get; } = new();
}
