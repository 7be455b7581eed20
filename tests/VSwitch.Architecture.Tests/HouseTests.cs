using System.Text.RegularExpressions;

namespace VSwitch.Architecture.Tests;

/// <summary>What the house holds to beside its layers.</summary>
public sealed partial class HouseTests
{
    private const int MaxLines = 500;
    private const int MaxFilesInAFolder = 30;

    [Fact]
    public void NamespaceIsFolder() => Assert.Empty(
        from project in new[] { "src/VSwitch", "src/VSwitch.Devices", "src/VSwitch.Captures", "src/VSwitch.Testing" }
        from file in Repository.Sources(project)
        let folder = Path.GetDirectoryName(Path.GetRelativePath(project, file.Path))!.Replace('/', '.')
        let expected = $"namespace {project["src/".Length..]}{(folder.Length > 0 && folder.Split('.')[0] != "Interop" ? "." + folder : "")};"
        where !file.Lines.Contains(expected)
        select $"{file.Path}: expected {expected}");

    [Fact]
    public void FilesAndFoldersStaySmall()
    {
        Assert.Empty(AllSources().Where(f => f.Lines.Count > MaxLines).Select(f => $"{f.Path}: {f.Lines.Count} lines"));
        Assert.Empty(
            from folder in AllSources().GroupBy(f => Path.GetDirectoryName(f.Path))
            where folder.Count() > MaxFilesInAFolder
            select $"{folder.Key}: {folder.Count()} files");
    }

    /// <summary>A README that tells of types that are no more is worse than none.</summary>
    [Fact]
    public void TypesThatAReadmeNames_Exist()
    {
        HashSet<string> words = [.. AllSources().Concat(Repository.Sources("tests")).SelectMany(f => f.Code).SelectMany(l => Word().Matches(l)).Select(m => m.Value)];
        Assert.Empty(
            from readme in Repository.Files("src", "README.md").Append("docs/architecture.md")
            from Match name in TypeName().Matches(File.ReadAllText(Repository.PathOf(readme)))
            where !words.Contains(name.Groups[1].Value)
            select $"{readme}: {name.Groups[1].Value}");
    }

    [Fact]
    public void NoFolderIsADrawer() => Assert.Empty(
        AllSources().SelectMany(f => f.Path.Split('/')).Where(p => p is "Utilities" or "Helpers" or "Common" or "Internal" or "Misc").Distinct());

    [Fact]
    public void TourHasTheSameStepsAsTheCode()
    {
        string[] code = [.. Repository.Sources("src/VSwitch").Single(f => f.Path.EndsWith("ForwardingPipeline.cs", StringComparison.Ordinal))
            .Lines.Select(l => Step().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value)];
        string tour = File.ReadAllText(Repository.PathOf("docs/architecture.md"));
        Assert.Equal(["1", "2", "3", "4", "5", "6"], code);
        Assert.All(code, step => Assert.Contains($"\n## {step}. ", tour, StringComparison.Ordinal));
    }

    private static IEnumerable<SourceFile> AllSources() => Repository.Sources("src").Concat(Repository.Sources("tools"));

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_]*")]
    private static partial Regex Word();

    // `Name` or `Name.Member` in code quotes, with a capital and a small letter: a type of ours.
    [GeneratedRegex("`([A-Z][a-z][A-Za-z0-9]*)(?:\\.[A-Za-z0-9.]+)?`")]
    private static partial Regex TypeName();

    [GeneratedRegex("// ([1-9])\\. ")]
    private static partial Regex Step();
}
