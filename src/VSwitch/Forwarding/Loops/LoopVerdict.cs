namespace VSwitch.Forwarding.Loops;

/// <summary>What the loop guard makes of a frame.</summary>
internal enum LoopVerdict
{
    /// <summary>No probe: a frame as any other.</summary>
    NotAProbe,

    /// <summary>The probe of another switch, to be forwarded as any frame: it may be that switch's loop that leads through this one.</summary>
    Foreign,

    /// <summary>A probe in this switch's name that it has not sent, or not lately, or by a port that is no more: to be dropped.</summary>
    Forged,

    /// <summary>A probe of this switch that came back: taken, and heeded.</summary>
    Ours,
}
