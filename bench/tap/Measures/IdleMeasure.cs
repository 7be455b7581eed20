using System.Diagnostics;
using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Measures;

/// <summary>What a subject costs that has two TAPs and nothing to do, after it has had some traffic.</summary>
internal sealed class IdleMeasure(TcpMeasure traffic) : IMeasure
{
    private static readonly TimeSpan _settle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(5);

    public string Name => "idle";

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("idle CPU, % (clock ticks of 10 ms)", "0.0", Goal.ValueBelow(0.05, "own figure 0.0")),
        new("idle CPU, % (scheduler's nanoseconds)", "0.000", Goal.None),
        new("RSS, idle after traffic, MB", "0.0", Goal.ValueBelow(80, "own figure below 80")),
        new("RSS, highest, MB", "0.0", Goal.ValueBelow(80, "own figure below 80")),
    ];

    public int Rounds(int rounds) => 1;

    public bool DependsOnMood => false;

    public async Task<IReadOnlyList<double>> RunAsync(
        RunningSubject subject, TestBed bed, CancellationToken cancellation)
    {
        await traffic.RunAsync(subject, bed, cancellation);
        await Task.Delay(_settle, cancellation);

        IReadOnlyList<ProcessIdentity> processes = subject.Processes;
        double ticks = ProcessTable.CpuSeconds(processes);
        double threads = ProcessTable.ThreadCpuSeconds(processes);
        long start = Stopwatch.GetTimestamp();
        await Task.Delay(_window, cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return
        [
            100 * (ProcessTable.CpuSeconds(processes) - ticks) / seconds,
            100 * (ProcessTable.ThreadCpuSeconds(processes) - threads) / seconds,
            ProcessTable.ResidentOctets(processes, highWater: false) / 1e6,
            ProcessTable.ResidentOctets(processes, highWater: true) / 1e6,
        ];
    }
}
