using VSwitch.Captures.Replaying;

namespace VSwitch.Tool.Ports;

/// <summary>What a port of capture files plays and records.</summary>
internal sealed record PcapSpec
{
    /// <summary>The file whose frames come in; null for none.</summary>
    internal string? In { get; init; }

    /// <summary>The file that what goes out is written to; null to throw it away.</summary>
    internal string? Out { get; init; }

    /// <summary>Makes the schedule anew for each opening.</summary>
    internal Func<ReplaySchedule> Schedule { get; init; } = () => ReplaySchedule.Original();

    /// <summary>How often; 0 for ever.</summary>
    internal int Loops { get; init; } = 1;

    /// <summary>Packets at most; null for all.</summary>
    internal long? Limit { get; init; }
}
