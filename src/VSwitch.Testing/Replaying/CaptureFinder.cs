using VSwitch.Testing.Expecting;

namespace VSwitch.Testing.Replaying;

/// <summary>Finds the captures that tests name.</summary>
internal static class CaptureFinder
{
    /// <param name="path">As the test names it.</param>
    /// <param name="source">The test's source file.</param>
    /// <exception cref="FileNotFoundException">It is nowhere; the message has all places.</exception>
    internal static string Find(string path, string source)
    {
        string?[] folders = Path.IsPathRooted(path)
            ? [""]
            : [new TestPlace("", source).FindFolder(), AppContext.BaseDirectory, Directory.GetCurrentDirectory()];
        string[] places = [.. folders.OfType<string>().Select(f => f.Length == 0 ? path : Path.GetFullPath(Path.Combine(f, path))).Distinct()];
        return places.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"capture {path} is not there: looked for {string.Join(", ", places)}", path);
    }
}
