namespace VSwitch.Devices.Splitting;

/// <summary>A router that may send one packet to many frontends.</summary>
public interface ISplitSetRouter : ISplitRouter
{
    /// <summary>Names the frontends for a packet; asked in place of <see cref="ISplitRouter.Route(ReadOnlySpan{byte}, int, bool)"/>.</summary>
    /// <param name="buffer">The packet with what stands in front of it; valid during the call.</param>
    /// <param name="offset">Where the packet begins in <paramref name="buffer"/>.</param>
    /// <param name="isNative">The backend is a device of the operating system.</param>
    /// <param name="targets">Takes the frontends; empty at the start, and if it stays so, the packet is dropped. Valid during the call.</param>
    void Route(ReadOnlySpan<byte> buffer, int offset, bool isNative, SplitSet targets);
}
