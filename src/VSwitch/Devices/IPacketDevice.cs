using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>Something that frames come from and go to: a TAP, a TUN, a pipe in memory, or a wrapper of another.</summary>
/// <remarks>
/// Receiving is for one thread at a time; sending is for any number of threads, each with a batch of its own. Down is not closed: a device that is
/// down stays open. A closed device answers every call with <see cref="ObjectDisposedException"/>.
/// </remarks>
public interface IPacketDevice : IAsyncDisposable
{
    /// <summary>The device's name; follows a rename.</summary>
    string Name { get; }

    /// <summary>What its frames begin with.</summary>
    LinkLayer LinkLayer { get; }

    /// <summary>What the device can do.</summary>
    DeviceCapabilities Capabilities { get; }

    /// <summary>Octets of the longest packet, without the 14 of the Ethernet header; follows a change.</summary>
    int Mtu { get; }

    /// <summary>The descriptor of a native device, else null.</summary>
    SafeHandle? Handle { get; }

    /// <summary>Changes of the device, oldest first; completes when the device is closed.</summary>
    ChannelReader<DeviceEvent> Events { get; }

    /// <summary>Appends the frames that are there to <paramref name="batch"/>; never blocks.</summary>
    /// <returns>How many frames; 0 when there is nothing now.</returns>
    int TryReceive(FrameBatch batch);

    /// <summary>Waits until there is something to receive.</summary>
    /// <returns>False when the device is closed for good.</returns>
    ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default);

    /// <summary>Sends frames, as many as the device can take; never blocks, and keeps no reference to the batch.</summary>
    /// <param name="batch">Where the frames are.</param>
    /// <param name="which">Their indexes, in the order to send.</param>
    /// <returns>
    /// How many of <paramref name="which"/>, from its front, were taken. When it is fewer than all, <see cref="FrameBatch.Refusal"/> says why the next was not.
    /// </returns>
    int TrySend(FrameBatch batch, ReadOnlySpan<int> which);

    /// <summary>Waits until the device can take something.</summary>
    /// <returns>False when the device is closed for good.</returns>
    ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default);
}
