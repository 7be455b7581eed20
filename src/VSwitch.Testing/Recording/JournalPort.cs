using VSwitch.Frames;

namespace VSwitch.Testing.Recording;

/// <summary>A port of which frames were recorded.</summary>
/// <param name="Number">From 0, over all switches.</param>
/// <param name="Name">Unique in the lab: that of the port, behind that of its switch where there are several.</param>
/// <param name="LinkLayer">What its frames begin with.</param>
internal sealed record JournalPort(int Number, string Name, LinkLayer LinkLayer);
