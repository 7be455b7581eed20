namespace VSwitch.CompareBench.Lab;

/// <summary>How near to each other the two cores are at the moment.</summary>
internal enum Mood
{
    /// <summary>There are no two cores to probe.</summary>
    Unknown,

    /// <summary>They share a cache: a line passes in tens of nanoseconds.</summary>
    Near,

    /// <summary>They do not: hundreds of nanoseconds.</summary>
    Far,

    /// <summary>It changed while the slice ran.</summary>
    Mixed,
}
