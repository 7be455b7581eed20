namespace VSwitch.Capturing;

/// <summary>Which way the frames go that are to be captured, as the switch sees it.</summary>
[Flags]
public enum CaptureDirections
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>What comes in, as it came in.</summary>
    In = 1,

    /// <summary>What goes out, as its device got it.</summary>
    Out = 2,

    /// <summary>Both.</summary>
    Both = In | Out,
}
