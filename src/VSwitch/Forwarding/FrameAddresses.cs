using VSwitch.Identifiers;

namespace VSwitch.Forwarding;

/// <summary>The stations of each frame of a burst, as the ingress filter read them; those of a dropped frame mean nothing.</summary>
internal sealed class FrameAddresses(int batchCapacity)
{
    /// <summary>Who sent each frame, in its VLAN.</summary>
    internal StationKey[] Sources { get; } = new StationKey[batchCapacity];

    /// <summary>Whom each frame is for, in its VLAN.</summary>
    internal StationKey[] Destinations { get; } = new StationKey[batchCapacity];
}
