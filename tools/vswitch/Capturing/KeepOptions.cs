using VSwitch.Frames;

namespace VSwitch.Tool.Capturing;

/// <summary>How much of the past a switch keeps, and what has it written into a file.</summary>
internal sealed record KeepOptions
{
    /// <summary>How old a frame may get.</summary>
    internal required TimeSpan Time { get; init; }

    /// <summary>Memory at most.</summary>
    internal int Octets { get; init; } = 64 << 20;

    /// <summary>Octets of each frame that are kept.</summary>
    internal int SnapLength { get; init; } = 2048;

    /// <summary>Drops by these reasons are triggers.</summary>
    internal IReadOnlySet<DropReason> Drops { get; init; } = new HashSet<DropReason>();

    /// <summary>A port that goes down, or is lost, is a trigger.</summary>
    internal bool OnPortDown { get; init; }

    /// <summary>How long after the trigger the file is written, so that it shows what followed.</summary>
    internal TimeSpan After { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where files go.</summary>
    internal string Folder { get; init; } = ".";

    /// <summary>Files at most; then triggers are only said.</summary>
    internal int MaxFiles { get; init; } = 10;

    /// <summary>Something but a command has it written.</summary>
    internal bool HasTriggers => OnPortDown || Drops.Count > 0;
}
