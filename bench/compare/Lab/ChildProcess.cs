using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace VSwitch.CompareBench.Lab;

/// <summary>A process that the benchmark started, and so may end: by id, with all that descends from it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int MostLinesKept = 20_000; // a chatty subject must not fill the memory

    private const int MostLettersShown = 160; // of a command that failed

    private static readonly TimeSpan _politeBound = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Queue<string> _output = new();
    private readonly Queue<string> _errors = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Completes at the first line of output that reads "ready".</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes when it has ended, or is cancelled.</summary>
    public Task Exited(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    public string Output => Join(_output);

    public static ChildProcess Start(IReadOnlyList<string> command, string? directory = null, string input = "")
    {
        var info = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        var child = new ChildProcess(new Process { StartInfo = info });
        child._process.OutputDataReceived += (_, line) => child.Keep(child._output, line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Keep(child._errors, line.Data);
        try
        {
            child._process.Start();
        }
        catch (Win32Exception error)
        {
            child._process.Dispose();
            throw new BenchException($"cannot start {command[0]}: {error.Message}");
        }

        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        try
        {
            child._process.StandardInput.Write(input);
            child._process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read all: its exit code and last words say why.
        }

        return child;
    }

    /// <summary>Runs a command to its end.</summary>
    /// <returns>What it printed on standard output.</returns>
    /// <exception cref="BenchException">It failed, or did not end within <paramref name="bound"/>.</exception>
    public static async Task<string> RunAsync(
        IReadOnlyList<string> command, TimeSpan bound, CancellationToken cancellation, string input = "")
    {
        await using ChildProcess child = Start(command, directory: null, input);
        return await child.WaitForExitAsync(bound, cancellation) == 0
            ? child.Output
            : throw new BenchException($"{Shortened(string.Join(' ', command))}: {child.LastWords()}");
    }

    /// <returns>The exit code.</returns>
    /// <exception cref="BenchException">It did not end within <paramref name="bound"/>.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan bound, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(bound);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new BenchException(string.Create(CultureInfo.InvariantCulture,
                $"{_process.StartInfo.FileName} (pid {Id}) did not end within {bound.TotalSeconds:0.#} s"));
        }
    }

    /// <summary>The last line on standard error, or else on standard output: usually the reason.</summary>
    public string LastWords()
    {
        string[] lines = [.. $"{Output}\n{Join(_errors)}".Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !IsReady(line))];
        string words = lines.Length > 0 ? lines[^1].Trim() : "it said nothing";
        return HasExited ? string.Create(CultureInfo.InvariantCulture, $"exit {_process.ExitCode}: {words}") : words;
    }

    /// <summary>SIGTERM to the whole tree, a bounded wait, then SIGKILL to what is left of it.</summary>
    /// <param name="bound">How long it may take to end; 5 s when it is not said.</param>
    /// <returns>False when SIGKILL was needed.</returns>
    public async Task<bool> EndAsync(TimeSpan? bound = null)
    {
        TimeSpan patience = bound ?? _politeBound;
        IReadOnlyList<ProcessIdentity> tree = _process.HasExited ? [] : ProcessTable.Tree(Id);
        await SignalAsync("TERM", tree);
        bool polite = await Condition.HoldsWithinAsync(
            patience, () => !tree.Any(ProcessTable.IsRunning), CancellationToken.None);
        if (!polite)
        {
            await SignalAsync("KILL", tree);
            await Condition.HoldsWithinAsync(
                patience, () => !tree.Any(ProcessTable.IsRunning), CancellationToken.None);
        }

        return polite;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _process.Dispose();
    }

    // .NET can only send SIGKILL; a switch that is to be ended politely needs the shell's kill.
    private static async Task SignalAsync(string signal, IReadOnlyList<ProcessIdentity> tree)
    {
        string[] pids = [.. tree.Where(ProcessTable.IsRunning)
            .Select(process => process.Pid.ToString(CultureInfo.InvariantCulture))];
        if (pids.Length > 0)
        {
            string command = $"kill -{signal} {string.Join(' ', pids)} 2>/dev/null";
            using Process kill = Process.Start("/bin/sh", ["-c", command]);
            using var timeout = new CancellationTokenSource(_politeBound);
            await kill.WaitForExitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Keep(Queue<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > MostLinesKept)
            {
                lines.Dequeue();
            }
        }

        if (IsReady(line))
        {
            _ready.TrySetResult();
        }
    }

    // A hundred interfaces in a command say no more than the first.
    private static string Shortened(string command) => command.Length <= MostLettersShown ? command : $"{command[..MostLettersShown]}...";

    private static bool IsReady(string line) => line.Trim() == "ready";

    private static string Join(Queue<string> lines)
    {
        lock (lines)
        {
            return string.Join('\n', lines);
        }
    }
}
