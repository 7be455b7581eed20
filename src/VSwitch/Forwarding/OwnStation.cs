using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Forwarding;

/// <summary>The switch as a station of its own: what it originates counts as received from it, what it consumes as sent to it.</summary>
internal sealed class OwnStation
{
    internal TrafficCounters Counters { get; } = new();

    /// <summary>The switch itself was the receiver of a frame.</summary>
    internal DropReason Take(int octets)
    {
        Counters.Sent(1, octets);
        return DropReason.Taken;
    }
}
