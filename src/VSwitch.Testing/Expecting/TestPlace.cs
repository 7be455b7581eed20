namespace VSwitch.Testing.Expecting;

/// <summary>Where a test is written down, as the compiler says it.</summary>
/// <param name="Member">The test's method.</param>
/// <param name="SourcePath">Its source file. A deterministic build writes /_/ for the folder of the repository.</param>
internal sealed record TestPlace(string Member, string SourcePath)
{
    private const string MappedRoot = "/_/";

    /// <summary>File and method: short, and good for the name of a file on any system.</summary>
    internal string Name => string.Concat($"{Path.GetFileNameWithoutExtension(SourcePath.Replace('\\', '/'))}.{Member}".Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'));

    /// <summary>The folder of the source file on this machine.</summary>
    /// <returns>Null when the sources are not here.</returns>
    internal string? FindFolder()
    {
        if (SourcePath.Length == 0 || File.Exists(SourcePath) || !SourcePath.StartsWith(MappedRoot, StringComparison.Ordinal))
        {
            string? folder = Path.GetDirectoryName(SourcePath);
            return Directory.Exists(folder) ? Path.GetFullPath(folder) : null;
        }

        // The folder of the repository is one of those above the test's program.
        string below = SourcePath[MappedRoot.Length..];
        for (string? root = AppContext.BaseDirectory; root is not null; root = Path.GetDirectoryName(root))
        {
            if (File.Exists(Path.Combine(root, below)))
            {
                return Path.GetDirectoryName(Path.Combine(root, below));
            }
        }

        return null;
    }
}
