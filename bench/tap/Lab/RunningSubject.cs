using System.Globalization;

namespace VSwitch.TapBench.Lab;

/// <summary>A subject that carries frames: started, its TAPs in place, both stations reach each other.</summary>
internal sealed class RunningSubject : IAsyncDisposable
{
    private static readonly TimeSpan _reachBound = TimeSpan.FromSeconds(5);

    private readonly ChildProcess _process;
    private readonly NetworkLab _lab;

    private RunningSubject(ChildProcess process, NetworkLab lab) => (_process, _lab) = (process, lab);

    /// <summary>The subject, with its launcher if there is one.</summary>
    public IReadOnlyList<ProcessIdentity> Processes => ProcessTable.Tree(_process.Id);

    /// <param name="subject">What to start.</param>
    /// <param name="bed">Where.</param>
    /// <param name="readyBound">Long for the first start, which may build the subject.</param>
    /// <param name="cancellation">Ends the wait; what was started is ended too.</param>
    public static async Task<RunningSubject> StartAsync(
        Subject subject, TestBed bed, TimeSpan readyBound, CancellationToken cancellation)
    {
        await bed.Lab.WaitForNoTapsAsync(cancellation);
        var running = new RunningSubject(ChildProcess.Start(subject.Expand(bed), bed.Repository), bed.Lab);
        try
        {
            await running.WaitUntilReadyAsync(subject, readyBound, cancellation);
            await bed.Lab.PlumbAsync(cancellation);
            await ChildProcess.RunAsync(
                bed.Lab.A.Inside(bed.Tools.RoundTrip, "reach", bed.Lab.B.IPv4,
                    _reachBound.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)),
                _reachBound * 2,
                cancellation);
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

    public bool Died => _process.HasExited;

    public string LastWords => _process.LastWords();

    public async ValueTask DisposeAsync()
    {
        if (!await _process.EndAsync())
        {
            await Console.Error.WriteLineAsync("warning: the subject did not end on SIGTERM within 5 s, it was killed");
        }

        await _process.DisposeAsync();
        await _lab.WaitForNoTapsAsync(CancellationToken.None);
    }

    private async Task WaitUntilReadyAsync(Subject subject, TimeSpan bound, CancellationToken cancellation)
    {
        bool ready = await Condition.HoldsWithinAsync(
            bound, () => _process.Ready.IsCompleted || _process.HasExited, cancellation);
        if (!_process.Ready.IsCompleted)
        {
            throw new BenchException(ready
                ? "it ended before it was ready"
                : $"not ready within {bound.TotalSeconds} s: {subject.Command}");
        }
    }
}
