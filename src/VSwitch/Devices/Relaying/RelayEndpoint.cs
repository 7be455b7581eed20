using VSwitch.Devices.Wrapping;
using VSwitch.Frames;

namespace VSwitch.Devices.Relaying;

/// <summary>A device as one side of a <see cref="Forwarder"/>, behind a gate that takes it out without touching it.</summary>
internal sealed class RelayEndpoint(IPacketDevice device)
{
    private volatile Exception? _fault;

    internal IPacketDevice Device { get; } = device;

    internal DetachedDevice Gate { get; } = DetachedDevice.Around(device);

    internal LinkLayer LinkLayer { get; } = device.LinkLayer;

    /// <summary>Why nothing passes here any more; null while it works.</summary>
    internal Exception? Fault
    {
        get => _fault;
        set => _fault = value;
    }

    /// <summary>Nothing passes from now on, and whoever waits here returns.</summary>
    internal void Close() => _ = Gate.DisposeAsync().AsTask(); // a wrapper closes at once
}
