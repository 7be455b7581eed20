using System.Reflection;

namespace VSwitch.Architecture.Tests;

/// <summary>The sources, as files.</summary>
internal static class Repository
{
    private static string Root { get; } = Path.GetFullPath(
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!
            .Replace('\\', '/'));

    internal static string PathOf(string relative) => Path.Combine(Root, relative);

    internal static IEnumerable<SourceFile> Sources(string folder) =>
        Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Select(p => new SourceFile(Path.GetRelativePath(Root, p), File.ReadAllLines(p)));

    internal static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Root, p));
}
