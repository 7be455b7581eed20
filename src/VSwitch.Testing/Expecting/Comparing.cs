using System.Globalization;
using VSwitch.Captures.Comparing;
using VSwitch.Captures.Files;
using ComparisonOptions = VSwitch.Captures.Comparing.ComparisonOptions;

namespace VSwitch.Testing.Expecting;

/// <summary>Compares what came with a capture.</summary>
internal static class Comparing
{
    private const int MaxLines = 10;

    /// <param name="path">What is expected.</param>
    /// <param name="save">Writes what came.</param>
    /// <param name="options">What may differ.</param>
    /// <exception cref="InvalidDataException">What is expected can't be read.</exception>
    internal static CaptureComparison WithFile(string path, Action<Stream> save, ComparisonOptions options)
    {
        using var octets = new MemoryStream();
        save(octets);
        octets.Position = 0;
        using CaptureReader expected = CaptureReader.Open(path);
        using CaptureReader actual = CaptureReader.Open(octets);
        CaptureComparison comparison = CaptureComparer.Compare(expected, actual, options);
        return comparison.ExpectedError is { } error ? throw new InvalidDataException($"{path}: {error}: it can't be compared with") : comparison;
    }

    internal static void Describe(CaptureComparison comparison, FailureReport report)
    {
        report.AddLine(string.Create(
            CultureInfo.InvariantCulture,
            $"of {comparison.ExpectedCount} expected and {comparison.ActualCount} actual frames {comparison.Matched} are the same, {comparison.Changed} changed, {comparison.Missing} missing, {comparison.Unexpected} unexpected, {comparison.Moved} moved:"));
        foreach (PacketDifference difference in comparison.Differences.Take(MaxLines))
        {
            report.AddLine($"  {difference}");
        }

        if (comparison.Differences.Count > MaxLines)
        {
            report.AddLine(string.Create(CultureInfo.InvariantCulture, $"  and {comparison.Differences.Count - MaxLines} more"));
        }

        if (!comparison.IsComplete)
        {
            report.AddLine("  and more: the rest was too much to be compared");
        }
    }
}
