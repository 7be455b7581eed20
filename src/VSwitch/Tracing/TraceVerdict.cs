namespace VSwitch.Tracing;

/// <summary>What a step did with a frame.</summary>
public enum TraceVerdict
{
    /// <summary>It went on to the next step.</summary>
    Passed,

    /// <summary>It went no further.</summary>
    Dropped,

    /// <summary>The switch itself was the receiver, or holds it until the next hop is known.</summary>
    Taken,

    /// <summary>A device took it.</summary>
    Sent,
}
