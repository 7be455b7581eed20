namespace VSwitch.Captures.Splitting;

/// <summary>Splits the traffic of a capture between two interfaces.</summary>
/// <remarks>A packet's octets may be anything: it gets a verdict, and nothing throws. Owned by one thread at a time.</remarks>
public interface ISplitter
{
    /// <summary>Says which way a packet goes.</summary>
    /// <param name="number">Its number in the capture, from 1.</param>
    /// <param name="interfaceIndex">The capture's interface that it was captured at.</param>
    /// <param name="frame">An Ethernet frame, or what was captured of it.</param>
    TrafficSide SideOf(long number, int interfaceIndex, ReadOnlySpan<byte> frame);
}
