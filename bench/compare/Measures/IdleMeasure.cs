using System.Diagnostics;
using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>What a subject costs that has two ports and nothing to do, after it has had some traffic.</summary>
internal sealed class IdleMeasure(TcpMeasure traffic) : IMeasure
{
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(40); // .NET compiles what was hot a second time, within half a minute
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _quickWindow = TimeSpan.FromSeconds(1);

    public string Name => "idle";

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("Idle CPU, % of a core", "0.000", Goal.ValueBelow(0.05, "own figure below 0.05")) { LessIsBetter = true },
        new("RSS, idle after traffic, MB", "0.0", Goal.ValueBelow(80, "own figure below 80")) { LessIsBetter = true, Chart = "Memory (RSS) after traffic, MB" },
        new("RSS, highest, MB", "0.0", Goal.ValueBelow(80, "own figure below 80")) { LessIsBetter = true },
    ];

    public int Rounds(int rounds) => 1;

    public bool DependsOnMood => false;

    public string? WhyNot(Subject subject) => subject.IsInKernel ? "is in the kernel and has no process: none" : null;

    public async Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        await traffic.RunAsync(subject, bed, cancellation);
        await Task.Delay(bed.Quick ? _quickWindow : _settle, cancellation);

        IReadOnlyList<ProcessIdentity> processes = subject.Processes;
        double threads = ProcessTable.ThreadCpuSeconds(processes);
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(bed.Quick ? _quickWindow : _window, cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return
        [
            100 * (ProcessTable.ThreadCpuSeconds(processes) - threads) / seconds,
            ProcessTable.ResidentOctets(processes, highWater: false) / 1e6,
            ProcessTable.ResidentOctets(processes, highWater: true) / 1e6,
        ];
    }
}
