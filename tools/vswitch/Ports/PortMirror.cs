using VSwitch.Policies;

namespace VSwitch.Tool.Ports;

/// <summary>The frames of a port are to be shown at another.</summary>
/// <param name="To">What the user calls it.</param>
/// <param name="Directions">Which way they go.</param>
internal sealed record PortMirror(string To, MirrorDirections Directions);
