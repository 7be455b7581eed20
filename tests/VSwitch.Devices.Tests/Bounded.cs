using System.Diagnostics;

namespace VSwitch.Devices.Tests;

/// <summary>Waits on conditions, never for a fixed time, and never without a bound.</summary>
internal static class Bounded
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Polls until the condition holds.</summary>
    internal static async Task Until(Func<bool> condition, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Limit, $"waited {Limit.TotalSeconds} s in vain: {what}");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    internal static Task<T> Within<T>(Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    internal static Task Within(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    internal static Task<T> Within<T>(ValueTask<T> task) => Within(task.AsTask());
}
