namespace VSwitch.Classifying;

/// <summary>How a classifier is made; nothing of it changes later.</summary>
public sealed record ClassifierOptions
{
    /// <summary>More flows than that no classifier holds.</summary>
    public const int MaxFlows = 1 << 20;

    /// <summary>Flows whose answers are held, rounded up to a power of two; 1 to <see cref="MaxFlows"/>. About 100 octets each, taken at once.</summary>
    public int Flows { get; init; } = 16_384;

    /// <summary>How long the answer of a silent flow is held; 1 s to 1,000,000 s.</summary>
    public TimeSpan AgeingTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Scatters the flows; a classifier with hostile senders wants a secret one. It has no influence on answers.</summary>
    public ulong HashSeed { get; init; }
}
