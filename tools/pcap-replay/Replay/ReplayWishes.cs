using VSwitch.Captures.Replaying;

namespace VSwitch.PcapReplay.Replay;

/// <summary>What was asked for, checked.</summary>
internal sealed record ReplayWishes
{
    internal required IReadOnlyList<string> Files { get; init; }

    internal required IReadOnlyList<TargetSpec> Targets { get; init; }

    internal required ReplaySchedule Schedule { get; init; }

    internal required ReplayOptions Options { get; init; }

    internal string? OutFile { get; init; }

    internal string? CacheFile { get; init; }

    internal bool ByInterface { get; init; }

    internal bool OneAtATime { get; init; }

    internal bool Quiet { get; init; }

    internal bool Json { get; init; }

    internal bool Spins { get; init; }

    internal bool Bypass { get; init; }
}
