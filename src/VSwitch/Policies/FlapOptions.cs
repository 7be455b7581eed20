namespace VSwitch.Policies;

/// <summary>When a station that is heard at one port and then at another counts as flapping, and how long it is held then.</summary>
public sealed record FlapOptions
{
    /// <summary>So many moves within <see cref="Window"/> are flapping; 2 to 1,000.</summary>
    public int Moves { get; init; } = 5;

    /// <summary>The time that moves are counted over.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a station that flaps stays at the port where it is: frames from it elsewhere are dropped. Zero: it is reported, and moves on.</summary>
    public TimeSpan HoldDown { get; init; }
}
