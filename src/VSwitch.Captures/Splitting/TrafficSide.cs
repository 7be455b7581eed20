namespace VSwitch.Captures.Splitting;

/// <summary>Which way a packet is to be sent: the verdict of a splitter.</summary>
public enum TrafficSide
{
    /// <summary>Not at all.</summary>
    Skip = 0,

    /// <summary>Out of the first interface.</summary>
    Primary = 1,

    /// <summary>Out of the second interface.</summary>
    Secondary = 2,
}
