using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Measures;

/// <summary>One kind of traffic, or of silence, and the figures it yields.</summary>
internal interface IMeasure
{
    /// <summary>As in --measures.</summary>
    string Name { get; }

    IReadOnlyList<Figure> Figures { get; }

    /// <summary>Whom it compares, when not the two of the command line.</summary>
    (Subject Reference, Subject Candidate)? OwnSubjects => null;

    /// <summary>How many pairs are wanted, when the caller asks for <paramref name="rounds"/>.</summary>
    int Rounds(int rounds);

    /// <summary>Whether the figures depend on how near the cores are.</summary>
    bool DependsOnMood { get; }

    /// <returns>One value for each of <see cref="Figures"/>.</returns>
    Task<IReadOnlyList<double>> RunAsync(RunningSubject subject, TestBed bed, CancellationToken cancellation);
}
