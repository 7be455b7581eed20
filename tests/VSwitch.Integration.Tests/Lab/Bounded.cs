using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>Waits on conditions, never for a fixed time, and never without a bound.</summary>
internal static class Bounded
{
    /// <summary>Far above what a loaded machine needs: it ends a test that would hang, it decides nothing.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    internal static Task Until(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Until(() => Task.FromResult(condition()), what);

    internal static Task Until(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "") => Until(condition, () => what);

    /// <param name="condition">Asked again and again.</param>
    /// <param name="what">Says at the end what was waited for, and whatever else may explain it.</param>
    internal static async Task Until(Func<Task<bool>> condition, Func<string> what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < Limit, watch.Elapsed < Limit ? "" : $"waited {Limit.TotalSeconds} s in vain: {what()}");
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }
    }

    internal static Task<T> Within<T>(Task<T> task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    internal static Task Within(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);
}
