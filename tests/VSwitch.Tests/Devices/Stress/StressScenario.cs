namespace VSwitch.Tests.Devices.Stress;

/// <summary>One building block under stress.</summary>
internal abstract class StressScenario(StressCrew crew, Random random) : IAsyncDisposable
{
    /// <summary>Frames that have come through so far.</summary>
    internal abstract long Passed { get; }

    protected StressCrew Crew => crew;

    protected Random Random => random;

    /// <summary>Hires whoever sends and receives.</summary>
    internal abstract Task StartAsync();

    /// <summary>Does one thing that may come at any moment.</summary>
    internal abstract Task ActAsync();

    /// <summary>Nobody sends any more: what should still work does, frame by frame.</summary>
    internal abstract Task SettleAsync();

    /// <summary>Closes everything, while some still wait.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>All is over: nothing was lost, nothing was invented.</summary>
    internal abstract void CheckAccounts();
}
