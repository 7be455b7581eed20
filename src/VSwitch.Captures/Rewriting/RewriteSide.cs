namespace VSwitch.Captures.Rewriting;

/// <summary>Which of the two values of an option a frame gets: the side of the traffic that a tcpprep cache calls so.</summary>
public enum RewriteSide
{
    /// <summary>The first value; the only side where traffic is not split.</summary>
    Primary = 0,

    /// <summary>The second value.</summary>
    Secondary = 1,
}
