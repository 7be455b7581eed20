namespace VSwitch.Captures.Splitting;

/// <summary>Says of a packet whether it matches (tcpprep's --include and --exclude).</summary>
public interface IPacketRule
{
    /// <summary>Judges a packet.</summary>
    /// <param name="number">Its number in the capture, from 1.</param>
    /// <param name="frame">An Ethernet frame, or what was captured of it.</param>
    /// <returns>Null where the rule is not about such a packet: it is neither included nor excluded, and goes its way.</returns>
    bool? Matches(long number, ReadOnlySpan<byte> frame);
}
