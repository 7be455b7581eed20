using System.Diagnostics;
using System.Runtime.InteropServices;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>A program that a test runs, with what it prints; it ends with the test at the latest.</summary>
internal sealed partial class LabProcess : IDisposable
{
    internal const int SigInt = 2;
    internal const int SigTerm = 15;

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];

    private LabProcess(Process process) => _process = process;

    internal int Id => _process.Id;

    internal bool HasExited => _process.HasExited;

    internal int ExitCode => _process.ExitCode;

    /// <summary>The lines of standard output up to now.</summary>
    internal IReadOnlyList<string> Output => Copy(_output);

    /// <summary>The lines of standard error up to now.</summary>
    internal IReadOnlyList<string> Errors => Copy(_errors);

    internal string Text => $"exit {(HasExited ? ExitCode : "-")}\n{string.Join('\n', Output)}\n{string.Join('\n', Errors)}";

    /// <summary>Starts a program inside a namespace; a child gets the namespace of the thread that starts it.</summary>
    /// <param name="ns">Null for the namespace of the tests.</param>
    /// <param name="program">A name of the path, or a path.</param>
    /// <param name="arguments">One each.</param>
    internal static LabProcess Start(TestNamespace? ns, string program, params IEnumerable<string> arguments)
    {
        ProcessStartInfo info = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["LC_ALL"] = "C";
        info.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        LabProcess started = new(new Process { StartInfo = info });
        started._process.OutputDataReceived += (_, line) => started.Add(started._output, line.Data);
        started._process.ErrorDataReceived += (_, line) => started.Add(started._errors, line.Data);
        _ = ns is null ? started._process.Start() : ns.Run(started._process.Start);
        started._process.StandardInput.Close();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Waits for a line of standard output, or for the end, in which case it fails.</summary>
    internal Task Line(Predicate<string> isIt, string what) => Bounded.Until(
        () =>
        {
            if (Output.Any(l => isIt(l)))
            {
                return true;
            }

            Assert.False(HasExited && !Output.Any(l => isIt(l)), $"ended before {what}: {Text}");
            return false;
        },
        what);

    /// <summary>Waits until a line of standard error has a text in it.</summary>
    internal Task ErrorLine(string text) => Bounded.Until(() => Errors.Any(l => l.Contains(text, StringComparison.Ordinal)), $"'{text}'");

    /// <summary>Waits for the end, all output included.</summary>
    internal async Task<int> Exit(TimeSpan? limit = null)
    {
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(limit ?? Bounded.Limit);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{_process.StartInfo.FileName} did not end: {Text}");
        }

        return ExitCode;
    }

    internal void Signal(int signal) => Assert.Equal(0, kill(Id, signal));

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit(Bounded.Limit);
        }

        _process.Dispose();
    }

    private string[] Copy(List<string> lines)
    {
        lock (_gate)
        {
            return [.. lines];
        }
    }

    private void Add(List<string> lines, string? line)
    {
        lock (_gate)
        {
            if (line is not null)
            {
                lines.Add(line);
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int signal);
}
