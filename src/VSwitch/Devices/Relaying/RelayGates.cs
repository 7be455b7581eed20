using VSwitch.Devices.Wrapping;

namespace VSwitch.Devices.Relaying;

/// <summary>The wrappers of two devices that end a copy when they are closed.</summary>
internal sealed record RelayGates(DetachedDevice A, DetachedDevice B)
{
    /// <summary>Ends both relays.</summary>
    internal void Close()
    {
        // A wrapper closes at once: there is nothing to wait for.
        _ = A.DisposeAsync().AsTask();
        _ = B.DisposeAsync().AsTask();
    }
}
