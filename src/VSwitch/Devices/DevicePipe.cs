using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>Makes pairs of devices that are connected in memory.</summary>
public static class DevicePipe
{
    private const int MinCapacityFrames = 64;

    /// <summary>Makes a pipe: what is sent to one end is received from the other.</summary>
    /// <param name="batch">The ends' <see cref="DeviceCapabilities.BatchSize"/>. A receiver with fewer places gets the rest by later receives.</param>
    /// <param name="mtu">Octets of the longest packet, without the Ethernet header.</param>
    /// <param name="sendHeadroom">Octets that must be free in front of a frame on send (MWO), at most <see cref="FrameBatch.Headroom"/>.</param>
    /// <param name="receiveHeadroom">Octets free in front of a received frame (MRO), at most <see cref="FrameBatch.Headroom"/>.</param>
    /// <param name="capacityFrames">
    /// Frames that each direction holds; 0 for twice the batch, at least 64. With 1, every frame is taken before the next is sent.
    /// </param>
    /// <param name="linkLayer">What the frames begin with.</param>
    /// <param name="name">The ends are called <c>name.a</c> and <c>name.b</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A headroom is more than a batch has in front of a frame, or another number makes no sense.</exception>
    public static (PipeDevice A, PipeDevice B) Create(
        int batch = FrameBatch.DefaultCapacity,
        int mtu = 1500,
        int sendHeadroom = 0,
        int receiveHeadroom = 0,
        int capacityFrames = 0,
        LinkLayer linkLayer = LinkLayer.Ethernet,
        string name = "pipe")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, 1);
        CheckHeadroom(sendHeadroom, nameof(sendHeadroom));
        CheckHeadroom(receiveHeadroom, nameof(receiveHeadroom));
        ArgumentOutOfRangeException.ThrowIfNegative(capacityFrames);
        int frames = capacityFrames > 0 ? capacityFrames : (int)Math.Max(2L * batch, MinCapacityFrames);
        long octets = (long)frames * (mtu + FrameBatch.Headroom);
        var capabilities = new DeviceCapabilities { BatchSize = batch, SendHeadroom = sendHeadroom, ReceiveHeadroom = receiveHeadroom };
        return PipeDevice.CreatePair(name, linkLayer, mtu, capabilities, (int)Math.Min(octets, PipeDevice.DefaultCapacityOctets), frames);
    }

    private static void CheckHeadroom(int headroom, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(headroom, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(headroom, FrameBatch.Headroom, parameter);
    }
}
