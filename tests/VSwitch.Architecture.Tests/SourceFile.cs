namespace VSwitch.Architecture.Tests;

/// <summary>A source file: where it is, from the repository's root, and what is in it.</summary>
internal sealed record SourceFile(string Path, IReadOnlyList<string> Lines)
{
    /// <summary>The folder below <paramref name="project"/>, empty for a file at its top.</summary>
    internal string FolderIn(string project)
    {
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetRelativePath(project, Path)) ?? "";
        return folder.Split('/')[0];
    }

    /// <summary>Lines without comments, good enough to search code in.</summary>
    internal IEnumerable<string> Code => Lines.Select(l => l.TrimStart()).Where(l => !l.StartsWith("//", StringComparison.Ordinal));
}
