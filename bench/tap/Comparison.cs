using System.Globalization;
using VSwitch.TapBench.Lab;
using VSwitch.TapBench.Measures;
using VSwitch.TapBench.Results;

namespace VSwitch.TapBench;

/// <summary>Runs reference and candidate in turn, slice by slice.</summary>
/// <remarks>
/// Each slice starts its subject anew, so that both have the same TAP names, namespaces and addresses, and nothing of
/// the other runs. The two slices of a pair follow each other at once; the order turns with each pair (ABBA), so that
/// a steady drift of the machine favours neither.
/// </remarks>
internal sealed class Comparison(BenchOptions options, TestBed bed)
{
    private const int MostFailures = 3;

    private static readonly TimeSpan _firstReadyBound = TimeSpan.FromMinutes(5); // it may build the subject first
    private static readonly TimeSpan _readyBound = TimeSpan.FromSeconds(20);

    private readonly List<MeasureResult> _results =
        [.. AllMeasures.List.Where(measure => options.Measures.Contains(measure.Name))
            .Select(measure => new MeasureResult(measure, measure.Rounds(options.Rounds)))];

    private readonly List<string> _failures = [];

    private readonly string _machine = Machine.Describe();

    public async Task<BenchRun> RunAsync(CancellationToken cancellation)
    {
        foreach (Subject subject in _results.SelectMany(result => SubjectsOf(result.Measure)).Distinct())
        {
            Progress($"trying {subject.Name}");
            await using var trial = await RunningSubject.StartAsync(subject, bed, _firstReadyBound, cancellation);
        }

        // Round by round, so that a bad minute of the machine touches a little of everything.
        while (CanGoOn && _results.Where(result => result.WantsFirstPairs).ToArray() is { Length: > 0 } round)
        {
            await RunRoundAsync(round, cancellation);
        }

        while (CanGoOn && _results.Where(result => result.WantsMorePairs).ToArray() is { Length: > 0 } round)
        {
            await RunRoundAsync(round, cancellation);
        }

        return new BenchRun(options, _machine, _results, _failures);
    }

    private Subject[] SubjectsOf(IMeasure measure) =>
        measure.OwnSubjects is var (reference, candidate) ? [reference, candidate] : [options.Reference, options.Candidate];

    private bool CanGoOn => _failures.Count < MostFailures;

    private async Task RunRoundAsync(IEnumerable<MeasureResult> round, CancellationToken cancellation)
    {
        foreach (MeasureResult result in round)
        {
            try
            {
                result.Add(await RunPairAsync(result, cancellation));
            }
            catch (BenchException failure)
            {
                _failures.Add($"{result.Measure.Name}: {failure.Message}");
                Progress($"failed: {_failures[^1]}");
                if (!CanGoOn)
                {
                    return;
                }
            }
        }
    }

    private async Task<SlicePair> RunPairAsync(MeasureResult result, CancellationToken cancellation)
    {
        bool referenceFirst = result.Pairs.Count % 2 == 0;
        Subject[] subjects = SubjectsOf(result.Measure);
        (Subject first, Subject second) = referenceFirst ? (subjects[0], subjects[1]) : (subjects[1], subjects[0]);
        Slice one = await RunSliceAsync(first, result, cancellation);
        Slice other = await RunSliceAsync(second, result, cancellation);
        return referenceFirst ? new SlicePair(one, other) : new SlicePair(other, one);
    }

    private async Task<Slice> RunSliceAsync(Subject subject, MeasureResult result, CancellationToken cancellation)
    {
        await using var running = await RunningSubject.StartAsync(subject, bed, _readyBound, cancellation);
        MoodProbe before = await MoodProbe.TakeAsync(bed.Tools, cancellation);
        StolenTime start = StolenTime.Now();
        IReadOnlyList<double> values;
        try
        {
            values = await result.Measure.RunAsync(running, bed, cancellation);
        }
        catch (BenchException error) when (running.Died)
        {
            throw new BenchException($"{subject.Name} ended under traffic ({running.LastWords}): {error.Message}");
        }

        double stolen = StolenTime.Now().PercentSince(start);
        MoodProbe after = await MoodProbe.TakeAsync(bed.Tools, cancellation);
        if (running.Died)
        {
            throw new BenchException($"{subject.Name} ended under traffic: {running.LastWords}");
        }

        var slice = new Slice(subject.Name, values, before, after, stolen);
        Report(result, slice);
        return slice;
    }

    private static void Report(MeasureResult result, Slice slice)
    {
        string figures = string.Join("; ", result.Measure.Figures.Select((figure, i) =>
            $"{figure.Title} {slice.Values[i].ToString(figure.Format, CultureInfo.InvariantCulture)}"));
        Progress(string.Create(CultureInfo.InvariantCulture,
            $"{result.Pairs.Count + 1} {slice.Subject}: {figures} ({slice.Mood}, steal {slice.StolenPercent:0} %)"));
    }

    private static void Progress(string line) => Console.Error.WriteLine(line);
}
