namespace VSwitch.Testing;

/// <summary>How a <see cref="SwitchLab"/> is made.</summary>
public sealed record LabOptions
{
    /// <summary>Where all chance of the lab comes from; null for VSWITCH_SEED of the environment, and without that for one by chance.</summary>
    public int? Seed { get; init; }

    /// <summary>How the switch is made that is there when nothing else is said. Without a <see cref="SwitchOptions.HashSeed"/> it gets one of the lab's seed.</summary>
    public SwitchOptions Switch { get; init; } = new();

    /// <summary>What the clock shows at first; null for <see cref="VirtualClock.DefaultStart"/>.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>Timestamps a second of the clock; an odd number shows who mixes up units.</summary>
    public long TimestampFrequency { get; init; } = VirtualClock.DefaultFrequency;

    /// <summary>Pipelines of each switch, which take turns, frame by frame, on the one thread: 1 to 16. What comes out is the same for any number.</summary>
    public int Pipelines { get; init; } = 1;

    /// <summary>Where captures of tests that fail are written; null for VSWITCH_TEST_OUTPUT of the environment, and without that for TestResults/vswitch in the current folder.</summary>
    public string? OutputFolder { get; init; }

    /// <summary>Hears of golden files that were written; null for standard error.</summary>
    public TextWriter? Log { get; init; }
}
