using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>One kind of traffic, or of silence, and the figures it yields.</summary>
internal interface IMeasure
{
    /// <summary>As in --rows.</summary>
    string Name { get; }

    IReadOnlyList<Figure> Figures { get; }

    /// <summary>What a subject must be for it. It is started and run once for each, the smallest first.</summary>
    IReadOnlyList<Shape> Shapes => [Shape.Pair];

    /// <summary>How many rounds are wanted, when the caller asks for <paramref name="rounds"/>.</summary>
    int Rounds(int rounds) => rounds;

    /// <summary>Whether the figures depend on how near the cores are.</summary>
    bool DependsOnMood => true;

    /// <returns>Why it says nothing about this subject; null when it can be run.</returns>
    string? WhyNot(Subject subject) =>
        subject.MostPorts < Shapes[0].Ports ? $"has {subject.MostPorts} ports, {Shapes[0].Ports} are needed" : null;

    /// <returns>One value for each of <see cref="Figures"/>, unless <see cref="Conclude"/> makes them; NaN for what was not to be had.</returns>
    Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation);

    /// <summary>Makes one value for each of <see cref="Figures"/> of what the runs yielded.</summary>
    /// <param name="runs">One for each of <see cref="Shapes"/>; empty where the subject could not be started so large.</param>
    IReadOnlyList<double> Conclude(IReadOnlyList<IReadOnlyList<double>> runs) => runs[0];
}
