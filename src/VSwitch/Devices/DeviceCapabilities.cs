using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>What a device can do; constant for its life.</summary>
public sealed record DeviceCapabilities
{
    /// <summary>Frames that one receive may yield: whoever receives has at least so many places free.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Octets that must be free in front of a frame on receive (MRO).</summary>
    public int ReceiveHeadroom { get; init; }

    /// <summary>Octets that must be free in front of a frame on send (MWO).</summary>
    public int SendHeadroom { get; init; }

    /// <summary>What the device takes over for frames sent to it; all else is finished before.</summary>
    public OffloadKinds SendOffloads { get; init; }

    /// <summary>What the device may leave to do on frames received from it.</summary>
    public OffloadKinds ReceiveOffloads { get; init; }

    /// <summary>A device of the operating system, whose <see cref="IPacketDevice.Handle"/> may be used directly; never true of a wrapper.</summary>
    public bool IsNative { get; init; }
}
