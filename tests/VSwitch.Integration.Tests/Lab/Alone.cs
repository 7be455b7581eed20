namespace VSwitch.Integration.Tests.Lab;

/// <summary>See <see cref="Collections.Alone"/>.</summary>
[CollectionDefinition(Collections.Alone, DisableParallelization = true)]
public sealed class Alone;
