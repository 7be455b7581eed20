using VSwitch.Frames;

namespace VSwitch.Classifying;

/// <summary>Says what a packet shows.</summary>
/// <remarks>
/// Ours, <see cref="SpanDissector"/>, is asked on the thread that forwards. Any other may throw, loop or exhaust memory, and is asked in a process of its own, of a copy
/// of the packet's front (GuardedDissector of VSwitch.Devices). One packet at a time.
/// </remarks>
public interface IPacketDissector
{
    /// <summary>A short name, for people.</summary>
    string Name { get; }

    /// <summary>Reads a packet.</summary>
    /// <param name="octets">The packet, maybe only its front; valid during the call.</param>
    /// <param name="linkLayer">What it begins with.</param>
    /// <param name="facts">What it shows, when the result is true.</param>
    /// <returns>False when nothing can be said of it.</returns>
    bool TryDissect(ReadOnlySpan<byte> octets, LinkLayer linkLayer, out PacketFacts facts);
}
