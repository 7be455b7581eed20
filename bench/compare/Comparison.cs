using System.Globalization;
using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Measures;
using VSwitch.CompareBench.Results;

namespace VSwitch.CompareBench;

/// <summary>Runs all subjects in turn, slice by slice.</summary>
/// <remarks>
/// Each slice starts its subject anew, so that all have the same names, namespaces and addresses, and nothing of the others runs.
/// The slices of a row follow each other at once; the order turns with each round (ABBA), so that a steady drift of the machine favours none.
/// Quick: one subject after the other, started once for all rows that it can be used for.
/// </remarks>
internal sealed class Comparison(BenchOptions options, IReadOnlyList<string> absent, TestBed bed) : IAsyncDisposable
{
    private const int MostFailures = 3; // of one subject: then it is left out
    private const double MostStolenPercent = 20;

    private static readonly TimeSpan _firstReadyBound = TimeSpan.FromMinutes(5); // a subject of one's own may build itself first

    private readonly List<MeasureResult> _results =
    [
        .. from measure in AllMeasures.List
           where options.Rows.Contains(measure.Name)
           select new MeasureResult(measure, measure.Rounds(options.Rounds)),
    ];

    private readonly List<string> _absent = [.. absent];
    private readonly List<string> _failures = [];
    private readonly Dictionary<string, int> _failuresOf = [];
    private readonly HashSet<(Subject Subject, Shape Shape)> _tooLarge = [];
    private readonly string _machine = Machine.Describe();
    private readonly DateOnly _date = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
    private readonly string _loadBefore = Machine.LoadAverage();

    private RunningSubject? _running;

    public async Task<BenchRun> RunAsync(CancellationToken cancellation)
    {
        List<Subject> subjects = [];
        foreach (Subject subject in options.Subjects)
        {
            if (await IsThereAsync(subject, cancellation))
            {
                subjects.Add(subject);
            }
        }

        foreach ((int round, Subject subject, MeasureResult result) in options.Quick ? BySubject(subjects) : ByRow(subjects))
        {
            if (result.Measure.WhyNot(subject) is { } reason)
            {
                result.Skip(subject, reason);
            }
            else if (_failuresOf.GetValueOrDefault(subject.Name) < MostFailures)
            {
                await TryRunAsync(subject, result, round, cancellation);
            }
        }

        return new BenchRun(options, subjects, _machine, _date, $"{_loadBefore} before, {Machine.LoadAverage()} after", _results, _absent, _failures);
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is { } running)
        {
            _running = null;
            await running.DisposeAsync();
        }
    }

    // Round by round, so that a bad minute of the machine touches a little of everything.
    private IEnumerable<(int Round, Subject Subject, MeasureResult Result)> ByRow(List<Subject> subjects) =>
        from round in Enumerable.Range(0, options.Rounds)
        from result in _results.Where(result => round < result.Wanted)
        from subject in round % 2 == 0 ? subjects : Enumerable.Reverse(subjects)
        select (round, subject, result);

    private IEnumerable<(int Round, Subject Subject, MeasureResult Result)> BySubject(List<Subject> subjects) =>
        from round in Enumerable.Range(0, options.Rounds)
        from subject in round % 2 == 0 ? subjects : Enumerable.Reverse(subjects)
        from result in _results.Where(result => round < result.Wanted).OrderBy(result => result.Measure.Shapes[^1].Ports)
        select (round, subject, result);

    private async Task<bool> IsThereAsync(Subject subject, CancellationToken cancellation)
    {
        Progress($"trying {subject.Name}");
        try
        {
            await using RunningSubject trial = await RunningSubject.StartAsync(subject, Shape.Pair, bed, _firstReadyBound, cancellation);
            return true;
        }
        catch (BenchException failure)
        {
            _absent.Add(failure.Message);
            Progress($"left out: {failure.Message}");
            return false;
        }
    }

    private async Task TryRunAsync(Subject subject, MeasureResult result, int round, CancellationToken cancellation)
    {
        try
        {
            Slice slice = await RunSliceAsync(subject, result, cancellation);
            if (!options.Quick && result.Measure.DependsOnMood && IsNoisy(slice))
            {
                Report(result, round, slice, ": noisy, once more");
                Slice again = await RunSliceAsync(subject, result, cancellation);
                slice = (again.StolenPercent <= slice.StolenPercent ? again : slice) with { Repeated = true };
            }

            result.Add(round, slice);
            Report(result, round, slice, "");
        }
        catch (BenchException failure)
        {
            int failures = _failuresOf[subject.Name] = _failuresOf.GetValueOrDefault(subject.Name) + 1;
            _failures.Add($"{subject.Name}, {result.Measure.Name}: {failure.Message}{(failures == MostFailures ? "; it is left out from here" : "")}");
            Progress($"failed: {_failures[^1]}");
            await DisposeAsync();
        }
    }

    private static bool IsNoisy(Slice slice) => slice.StolenPercent > MostStolenPercent || slice.Mood == Mood.Mixed;

    // One that runs in this shape already is used again.
    private async Task<RunningSubject> StartAsync(Subject subject, Shape shape, CancellationToken cancellation)
    {
        if (_running is not { Died: false } running || running.Subject != subject || running.Shape != shape)
        {
            await DisposeAsync();
            _running = await RunningSubject.StartAsync(subject, shape, bed, shape.StartBound, cancellation);
        }

        return _running;
    }

    private async Task<Slice> RunSliceAsync(Subject subject, MeasureResult result, CancellationToken cancellation)
    {
        IMeasure measure = result.Measure;
        if (!options.Quick)
        {
            await DisposeAsync();
        }

        await StartAsync(subject, measure.Shapes[0], cancellation);
        MoodProbe before = await MoodProbe.TakeAsync(bed.Tools, cancellation);
        StolenTime start = StolenTime.Now();
        var runs = new List<IReadOnlyList<double>>();
        foreach (Shape shape in measure.Shapes)
        {
            runs.Add(shape == measure.Shapes[0] || await CanBeAsync(subject, shape, result, cancellation)
                ? await RunShapeAsync(subject, shape, measure, cancellation)
                : []);
        }

        double stolen = StolenTime.Now().PercentSince(start);
        return new Slice(subject.Name, measure.Conclude(runs), before, await MoodProbe.TakeAsync(bed.Tools, cancellation), stolen);
    }

    private async Task<IReadOnlyList<double>> RunShapeAsync(Subject subject, Shape shape, IMeasure measure, CancellationToken cancellation)
    {
        RunningSubject running = await StartAsync(subject, shape, cancellation);
        IReadOnlyList<double> values;
        try
        {
            values = await measure.RunAsync(running, bed, cancellation);
        }
        catch (BenchException error) when (running.Died)
        {
            throw new BenchException($"it ended under traffic ({running.LastWords}): {error.Message}");
        }

        return running.Died ? throw new BenchException($"it ended under traffic: {running.LastWords}") : values;
    }

    // A subject that cannot be so large says so once; what it can is measured.
    private async Task<bool> CanBeAsync(Subject subject, Shape shape, MeasureResult result, CancellationToken cancellation)
    {
        if (_tooLarge.Contains((subject, shape)))
        {
            return false;
        }

        try
        {
            await StartAsync(subject, shape, cancellation);
            return true;
        }
        catch (BenchException failure)
        {
            _tooLarge.Add((subject, shape));
            result.Skip(subject, $"with {shape.Ports} ports ({failure.Message})");
            Progress($"can't: {failure.Message}");
            return false;
        }
    }

    private static void Report(MeasureResult result, int round, Slice slice, string remark)
    {
        string figures = string.Join("; ", result.Measure.Figures.Select((figure, i) =>
            $"{figure.Title} {slice.Values[i].ToString(figure.Format, CultureInfo.InvariantCulture)}"));
        Progress(string.Create(
            CultureInfo.InvariantCulture, $"{round + 1} {slice.Subject}: {figures} ({slice.Mood}, steal {slice.StolenPercent:0} %){remark}"));
    }

    private static void Progress(string line) => Console.Error.WriteLine(line);
}
