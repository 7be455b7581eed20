namespace VSwitch.Benchmarks.Floors;

/// <summary>Something that can be done again and again.</summary>
/// <param name="Packets">What one run is divided by.</param>
/// <param name="Run">The work.</param>
internal sealed record Work(int Packets, Action Run);
