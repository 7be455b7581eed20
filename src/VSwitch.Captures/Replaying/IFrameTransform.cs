using VSwitch.Captures.Splitting;

namespace VSwitch.Captures.Replaying;

/// <summary>Changes frames on their way from the capture to the interface.</summary>
public interface IFrameTransform
{
    /// <summary>Changes a frame in place.</summary>
    /// <param name="buffer">Begins with the frame; it may grow into the rest.</param>
    /// <param name="length">Octets of the frame, before and after; at most those of the buffer.</param>
    /// <param name="side">Where it goes.</param>
    /// <param name="round">Which time the captures are replayed, from 0.</param>
    /// <returns>False for a frame that is not to be sent.</returns>
    bool TryTransform(Span<byte> buffer, ref int length, TrafficSide side, long round);
}
