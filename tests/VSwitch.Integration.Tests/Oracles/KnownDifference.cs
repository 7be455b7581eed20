namespace VSwitch.Integration.Tests.Oracles;

/// <summary>A frame that Open vSwitch and our switch may treat differently, and why neither is wrong.</summary>
/// <param name="Reason">What each of them does.</param>
/// <param name="Applies">Whether a frame that is put in at a port is such a one.</param>
internal sealed record KnownDifference(string Reason, Func<Topology, Injection, bool> Applies);
