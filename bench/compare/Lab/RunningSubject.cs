using System.Diagnostics;
using System.Globalization;

namespace VSwitch.CompareBench.Lab;

/// <summary>A subject that carries frames: started, its interfaces in place, both stations reach each other.</summary>
internal sealed class RunningSubject : IAsyncDisposable
{
    private static readonly TimeSpan _reachBound = TimeSpan.FromSeconds(5);

    // A link that comes up within a second of another's change has its queue activated at the end of that second: linkwatch_schedule_work in net/core/link_watch.c.
    private static readonly TimeSpan _linkRest = TimeSpan.FromSeconds(1.1);

    // Of a script around the subject; what it costs is not the subject's.
    private static readonly string[] _wrappers = ["sh", "dash", "bash", "sleep"];

    private readonly ChildProcess _process;
    private readonly TestBed _bed;

    private RunningSubject(Subject subject, Shape shape, ChildProcess process, TestBed bed) =>
        (Subject, Shape, _process, _bed) = (subject, shape, process, bed);

    public Subject Subject { get; }

    public Shape Shape { get; }

    /// <summary>From the start of its command until the first datagram came back, without what the lab took to put its interfaces in their places.</summary>
    public TimeSpan TimeToFirstFrame { get; private set; }

    /// <summary>The processes that do the work, without the shell that started them.</summary>
    public IReadOnlyList<ProcessIdentity> Processes =>
        [.. ProcessTable.Tree(_process.Id).Where(process => !_wrappers.Contains(ProcessTable.NameOf(process)))];

    /// <param name="subject">What to start.</param>
    /// <param name="shape">With how many ports, and for how many stations.</param>
    /// <param name="bed">Where.</param>
    /// <param name="readyBound">Long for the first start, which may build the subject.</param>
    /// <param name="cancellation">Ends the wait; what was started is ended too.</param>
    public static async Task<RunningSubject> StartAsync(
        Subject subject, Shape shape, TestBed bed, TimeSpan readyBound, CancellationToken cancellation)
    {
        await bed.Lab.RemoveLinksAsync(cancellation);
        bed.Lab.EmptyHome();
        await Task.Delay(_linkRest, cancellation);
        long start = Stopwatch.GetTimestamp();
        var running = new RunningSubject(subject, shape, ChildProcess.Start(subject.Expand(bed, shape), bed.Repository), bed);
        try
        {
            await running.WaitUntilReadyAsync(subject, readyBound, cancellation);
            TimeSpan ready = Stopwatch.GetElapsedTime(start);
            await bed.Lab.PlumbAsync(shape.Ports, cancellation);
            start = Stopwatch.GetTimestamp();
            await ChildProcess.RunAsync(
                bed.Lab.A.Inside(bed.Tools.RoundTrip, "reach", bed.Lab.B.IPv4,
                    _reachBound.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)),
                _reachBound * 2,
                cancellation);
            running.TimeToFirstFrame = ready + Stopwatch.GetElapsedTime(start);
            return running;
        }
        catch (BenchException error)
        {
            string reason = running.Died ? $"{running._process.LastWords()}" : error.Message;
            await running.DisposeAsync();
            throw new BenchException($"{subject.Name}: {reason}");
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one of its <see cref="PortCommands"/>.</summary>
    /// <param name="command">Which.</param>
    /// <param name="names">Of the interfaces; they stay where the subject runs.</param>
    /// <param name="cancellation">Ends the command.</param>
    public Task ChangePortsAsync(string command, IReadOnlyList<string> names, CancellationToken cancellation) => ChildProcess.RunAsync(
        Subject.ExpandPorts(command, _bed, Shape, names), new Shape(names.Count, Shape.Stations).StartBound, cancellation);

    public bool Died => _process.HasExited;

    public string LastWords => _process.LastWords();

    public async ValueTask DisposeAsync()
    {
        if (!await _process.EndAsync(Shape.EndBound))
        {
            await Console.Error.WriteLineAsync($"warning: the subject did not end on SIGTERM within {Shape.EndBound.TotalSeconds:0} s, it was killed");
        }

        await _process.DisposeAsync();
        await _bed.Lab.RemoveLinksAsync(CancellationToken.None);
    }

    private async Task WaitUntilReadyAsync(Subject subject, TimeSpan bound, CancellationToken cancellation)
    {
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        given.CancelAfter(bound);
        await Task.WhenAny(_process.Ready, _process.Exited(given.Token)); // not polled: this is on the way to the first frame
        cancellation.ThrowIfCancellationRequested();
        if (!_process.Ready.IsCompleted)
        {
            throw new BenchException(Died
                ? "it ended before it was ready"
                : $"not ready within {bound.TotalSeconds} s: {subject.Command}");
        }
    }
}
