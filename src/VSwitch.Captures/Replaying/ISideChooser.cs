using VSwitch.Captures.Files;

namespace VSwitch.Captures.Replaying;

/// <summary>Says of each packet by which interface it is replayed: after a cache file of tcpprep, or by where it was captured.</summary>
public interface ISideChooser
{
    /// <summary>Chooses.</summary>
    /// <param name="packet">As it was read.</param>
    /// <param name="number">Its number in its file, from 0.</param>
    ReplaySide Choose(in CapturedPacket packet, long number);
}
