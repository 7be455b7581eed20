namespace VSwitch.CompareBench;

/// <summary>The benchmark cannot go on, for a reason that one line tells.</summary>
internal sealed class BenchException(string message) : Exception(message);
