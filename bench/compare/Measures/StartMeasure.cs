using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>How long a subject takes until it carries its first frame.</summary>
/// <remarks>From the start of its command; what the lab takes to put two interfaces in their places is left out.</remarks>
internal sealed class StartMeasure : IMeasure
{
    public string Name => "start";

    public IReadOnlyList<Figure> Figures { get; } =
        [new("Start to first frame, ms", "0", Goal.ValueBelow(150, "own figure below 150")) { LessIsBetter = true, Chart = "Start to first frame, ms" }];

    public Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<double>>([subject.TimeToFirstFrame.TotalMilliseconds]);
}
