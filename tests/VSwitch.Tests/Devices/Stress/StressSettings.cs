using System.Globalization;

namespace VSwitch.Tests.Devices.Stress;

/// <summary>How long the stress tests take together, and by which seed they choose; both may come from the environment.</summary>
internal static class StressSettings
{
    internal const string SeedVariable = "VSWITCH_STRESS_SEED";

    private const string SecondsVariable = "VSWITCH_STRESS_SECONDS";
    private const double DefaultSeconds = 5;

    /// <summary>A thread or a call that takes longer hangs; no machine is that slow.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    internal static TimeSpan Duration { get; } = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable(SecondsVariable), CultureInfo.InvariantCulture, out double seconds) ? seconds : DefaultSeconds);

    internal static int Seed { get; } =
        int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out int seed) ? seed : Random.Shared.Next();
}
