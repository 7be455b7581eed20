namespace VSwitch.Integration.Tests.Command;

/// <summary>The built command, run inside a namespace that is its home.</summary>
internal sealed class VSwitchCommand : IDisposable
{
    private readonly List<LabProcess> _processes = [];

    internal VSwitchCommand()
    {
        Home = new TestNamespace();
        LabStation.Prepare(Home);
    }

    /// <summary>The program as it lies beside the tests.</summary>
    internal static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "VSwitch.Tool");

    internal TestNamespace Home { get; }

    internal LabProcess Start(params IEnumerable<string> arguments) => StartProgram(Path, arguments);

    /// <summary>Starts another program where the command runs.</summary>
    internal LabProcess StartProgram(string program, params IEnumerable<string> arguments)
    {
        LabProcess process = LabProcess.Start(Home, program, arguments);
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
        Home.Dispose();
    }
}
