namespace VSwitch.Devices.Dissecting;

/// <summary>What became of the packets that a guarded dissector was asked about. Taken = all from <paramref name="Read"/> on, and those that wait.</summary>
/// <param name="Starts">How often its process was started, or was tried to be.</param>
/// <param name="Refused">Packets that were not taken: the queue was full, or the dissector rests after a fault.</param>
/// <param name="Taken">Packets that were taken.</param>
/// <param name="Read">It said what the packet shows.</param>
/// <param name="NotRead">It said that it can't tell.</param>
/// <param name="Threw">It threw.</param>
/// <param name="TimedOut">It took longer than it may; its process was killed.</param>
/// <param name="Died">Its process ended.</param>
/// <param name="Garbage">Its process wrote something that is no reply; it was killed.</param>
/// <param name="Dropped">Packets that waited when the process ended or would not start.</param>
public readonly record struct GuardedDissectorCounters(
    long Starts,
    long Refused,
    long Taken,
    long Read,
    long NotRead,
    long Threw,
    long TimedOut,
    long Died,
    long Garbage,
    long Dropped);
