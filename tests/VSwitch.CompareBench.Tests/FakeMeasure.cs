using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Measures;

namespace VSwitch.CompareBench.Tests;

/// <summary>A measure of one figure that nobody runs: its slices are handed in.</summary>
internal sealed class FakeMeasure : IMeasure
{
    public string Name => "fake";

    public string Title { get; init; } = "Frames, a second";

    public bool DependsOnMood { get; init; } = true;

    public Goal Goal { get; init; } = Goal.None;

    public IReadOnlyList<Figure> Figures => [new Figure(Title, "0.0", Goal) { Chart = Title }];

    public Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation) => throw new NotSupportedException();
}
