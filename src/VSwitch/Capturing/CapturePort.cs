using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Capturing;

/// <summary>A port as it was when a frame of it was captured.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="LinkLayer">What its frames begin with.</param>
public sealed record CapturePort(PortId Id, string Name, LinkLayer LinkLayer);
