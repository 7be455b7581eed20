namespace VSwitch.Devices.Splitting;

/// <summary>Decides which frontend of a <see cref="Splitter"/> gets a packet of the backend.</summary>
/// <remarks>
/// Called by the splitter's pump: <see cref="Lock"/> once a batch, <see cref="Route"/> once a packet, <see cref="Unlock"/> once a batch, in this order, on one thread. While
/// one backend replaces another, two batches may be under way at once: to keep them apart is what the lock is for. A router that throws loses the packet, and nothing else.
/// </remarks>
public interface ISplitRouter
{
    /// <summary>A batch begins.</summary>
    void Lock();

    /// <summary>The batch is routed.</summary>
    void Unlock();

    /// <summary>Names the frontend for a packet.</summary>
    /// <param name="buffer">The packet with what stands in front of it; valid during the call.</param>
    /// <param name="offset">Where the packet begins in <paramref name="buffer"/>.</param>
    /// <param name="isNative">The backend is a device of the operating system.</param>
    /// <returns>The frontend's index, from 1; any other number drops the packet.</returns>
    int Route(ReadOnlySpan<byte> buffer, int offset, bool isNative);
}
