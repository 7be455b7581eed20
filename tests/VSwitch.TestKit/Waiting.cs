namespace VSwitch.TestKit;

/// <summary>Waits that end by themselves, so that a test that would hang fails.</summary>
public static class Waiting
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(s_limit);

    public static Task Soon(this Task task) => task.WaitAsync(s_limit);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().Soon();

    public static Task Soon(this ValueTask task) => task.AsTask().Soon();

    /// <summary>Until something has become true that other threads are about to bring about.</summary>
    public static async Task Until(Func<bool> condition, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > s_limit)
            {
                throw new TimeoutException($"not within {s_limit.TotalSeconds} s: {what}");
            }

            await Task.Yield();
        }
    }
}
