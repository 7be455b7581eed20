namespace VSwitch.Integration.Tests.Command;

/// <summary>The built command, run inside a namespace that is its home; or, where it needs no rights, just so.</summary>
internal sealed class VSwitchCommand : IDisposable
{
    private readonly List<LabProcess> _processes = [];

    private readonly TestNamespace? _home;

    internal VSwitchCommand(bool rootless = false)
    {
        if (!rootless)
        {
            _home = new TestNamespace();
            LabStation.Prepare(_home);
        }
    }

    /// <summary>The program as it lies beside the tests.</summary>
    internal static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "VSwitch.Tool");

    internal TestNamespace Home => _home ?? throw new InvalidOperationException("it runs without a namespace of its own");

    /// <summary>Starts the command. A switch has no control socket unless it is asked for: tests run beside each other, and the default one is there once.</summary>
    internal LabProcess Start(params IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        bool isPlain = all.FirstOrDefault() == "run" && !all.Contains("--control") && !all.Contains("--name");
        return StartProgram(Path, isPlain ? [.. all, "--control", "off"] : all);
    }

    /// <summary>Starts another program where the command runs.</summary>
    internal LabProcess StartProgram(string program, params IEnumerable<string> arguments)
    {
        LabProcess process = LabProcess.Start(_home, program, arguments);
        _processes.Add(process);
        return process;
    }

    /// <summary>Starts <c>vswitch run</c> and waits until it is ready.</summary>
    internal async Task<LabProcess> Run(params IEnumerable<string> arguments)
    {
        LabProcess process = Start(["run", .. arguments]);
        await process.Line(l => l is "ready" or """{"event":"ready"}""", "it is ready");
        return process;
    }

    /// <summary>Runs the command to its end.</summary>
    internal async Task<LabProcess> Finish(params IEnumerable<string> arguments)
    {
        LabProcess process = Start(arguments);
        await process.Exit();
        return process;
    }

    public void Dispose()
    {
        _processes.ForEach(p => p.Dispose());
        _home?.Dispose();
    }
}
