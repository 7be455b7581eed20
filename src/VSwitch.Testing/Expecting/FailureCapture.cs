using System.Collections.Concurrent;

namespace VSwitch.Testing.Expecting;

/// <summary>Says where the captures of failed tests go.</summary>
internal static class FailureCapture
{
    internal const string Variable = "VSWITCH_TEST_OUTPUT";

    private static readonly ConcurrentDictionary<string, int> s_used = new(StringComparer.Ordinal);

    /// <summary>A path that no other lab of this process writes to; files of earlier runs are overwritten.</summary>
    /// <param name="folder">As the test says it; null for the environment's.</param>
    /// <param name="name">Of the test.</param>
    /// <exception cref="IOException">The folder can't be made.</exception>
    internal static string PathFor(string? folder, string name)
    {
        folder ??= Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : Path.Combine("TestResults", "vswitch");
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name);
        int number = s_used.AddOrUpdate(path, 1, (_, before) => before + 1);
        return number == 1 ? $"{path}.pcapng" : $"{path}-{number}.pcapng";
    }
}
