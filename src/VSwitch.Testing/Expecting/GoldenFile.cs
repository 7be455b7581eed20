using VSwitch.Captures.Comparing;

namespace VSwitch.Testing.Expecting;

/// <summary>A capture beside a test's source that says how it should be, once somebody has accepted it.</summary>
internal sealed class GoldenFile(TestPlace place, string? name)
{
    internal const string AcceptVariable = "VSWITCH_ACCEPT";

    private const string Folder = "golden";

    /// <exception cref="ExpectationException">There is a difference, no file, or it is to be written in CI.</exception>
    internal void Check(SwitchLab lab, ComparisonOptions? options, TextWriter log)
    {
        string file = Path.Combine(Folder, $"{place.Name}{(string.IsNullOrEmpty(name) ? "" : $".{name}")}.pcapng");
        var report = new FailureReport(lab);
        if (place.FindFolder() is not { } folder)
        {
            report.AddLine($"golden file {file}: the folder of {place.SourcePath} is not on this machine: run the test where its source is");
            throw lab.Fail(report);
        }

        string path = Path.Combine(folder, file);
        bool isAccepting = Environment.GetEnvironmentVariable(AcceptVariable) == "1";
        bool isThere = File.Exists(path);
        CaptureComparison? comparison = isThere ? Comparing.WithFile(path, lab.SaveCapture, options ?? new ComparisonOptions()) : null;
        if (comparison is { IsEqual: true })
        {
            return; // accepted or not: a file that says the same is left alone
        }

        if (isAccepting && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            lab.SaveCapture(path);
            log.WriteLine($"golden file {(isThere ? "changed" : "written")}: {path}: look at it before it is committed");
            return;
        }

        report.AddLine(isThere ? $"not as golden file {path} says" : $"golden file {path} is not there");
        if (comparison is not null)
        {
            Comparing.Describe(comparison, report);
        }

        report.AddLine(isAccepting ? $"CI=true: golden files are not written here; run the test with {AcceptVariable}=1 elsewhere" : $"{AcceptVariable}=1 writes what came instead");
        throw lab.Fail(report);
    }
}
