using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Measures;

/// <summary>One kind of traffic, or of silence, and the figures it yields.</summary>
internal interface IMeasure
{
    /// <summary>As in --rows.</summary>
    string Name { get; }

    IReadOnlyList<Figure> Figures { get; }

    /// <summary>What a subject must be for it.</summary>
    Shape Shape => Shape.Pair;

    /// <summary>How many rounds are wanted, when the caller asks for <paramref name="rounds"/>.</summary>
    int Rounds(int rounds) => rounds;

    /// <summary>Whether the figures depend on how near the cores are.</summary>
    bool DependsOnMood => true;

    /// <returns>Why it says nothing about this subject; null when it can be run.</returns>
    string? WhyNot(Subject subject) => subject.MostPorts < Shape.Ports ? $"has {subject.MostPorts} ports, {Shape.Ports} are needed" : null;

    /// <returns>One value for each of <see cref="Figures"/>; NaN for what was not to be had.</returns>
    Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation);
}
