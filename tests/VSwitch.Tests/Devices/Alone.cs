namespace VSwitch.Tests.Devices;

/// <summary>Tests that look at the whole process, so that no other runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
