using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Loops;

/// <summary>A port was blocked or opened, for the log.</summary>
/// <param name="Port">The port.</param>
/// <param name="Other">The port that it is or was connected with, as far as was noticed last; the port itself when what it sends comes back to it.</param>
/// <param name="IsBlocked">Blocked; otherwise opened.</param>
/// <param name="NowMilliseconds">When, in milliseconds since the switch was made.</param>
internal readonly record struct LoopChange(PortId Port, PortId Other, bool IsBlocked, long NowMilliseconds);
