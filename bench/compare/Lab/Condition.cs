using System.Diagnostics;

namespace VSwitch.CompareBench.Lab;

/// <summary>Waits for something that only polling can see, and never for ever.</summary>
internal static class Condition
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(20);

    /// <returns>False when <paramref name="bound"/> passed first.</returns>
    public static async Task<bool> HoldsWithinAsync(
        TimeSpan bound, Func<Task<bool>> condition, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > bound)
            {
                return false;
            }

            await Task.Delay(_interval, cancellation);
        }

        return true;
    }

    public static Task<bool> HoldsWithinAsync(
        TimeSpan bound, Func<bool> condition, CancellationToken cancellation) =>
        HoldsWithinAsync(bound, () => Task.FromResult(condition()), cancellation);
}
