namespace VSwitch.Captures.Comparing.Fields;

/// <summary>A field of a frame that a comparison names, and may be told to ignore.</summary>
/// <param name="Name">As Wireshark names it, where it does.</param>
/// <param name="Description">What it is, in a few words.</param>
public sealed record ComparedField(string Name, string Description);
