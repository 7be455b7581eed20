namespace VSwitch.Testing.Running;

/// <summary>A frame of a replay.</summary>
/// <param name="Nanoseconds">When, since the first packet of the capture, at the replay's own speed.</param>
/// <param name="Octets">It.</param>
internal readonly record struct ReplayFrame(long Nanoseconds, ReadOnlyMemory<byte> Octets);
