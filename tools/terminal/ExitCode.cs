namespace VSwitch.Terminal;

/// <summary>What the process answers with.</summary>
internal static class ExitCode
{
    internal const int Done = 0;

    /// <summary>It ran, and something was not as it should be.</summary>
    internal const int Failed = 1;

    /// <summary>It did not run: the command line, the rights or the machine do not allow it.</summary>
    internal const int BadInput = 2;
}
