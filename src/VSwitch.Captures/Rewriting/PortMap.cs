namespace VSwitch.Captures.Rewriting;

/// <summary>TCP and UDP ports that become another.</summary>
/// <param name="First">The lowest of them.</param>
/// <param name="Last">The highest of them, inclusive.</param>
/// <param name="To">The new port.</param>
public readonly record struct PortMap(ushort First, ushort Last, ushort To);
