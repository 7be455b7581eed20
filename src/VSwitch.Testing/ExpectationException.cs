namespace VSwitch.Testing;

/// <summary>A test has expected something else than what happened. Its message is for people: what was expected, what came, why, and how to see it again.</summary>
public sealed class ExpectationException : Exception
{
    internal ExpectationException(string message, string? capturePath)
        : base(message) => CapturePath = capturePath;

    /// <summary>The capture of all ports, pcapng; null when it could not be written, which the message says.</summary>
    public string? CapturePath { get; }
}
