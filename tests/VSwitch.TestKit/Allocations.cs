namespace VSwitch.TestKit;

/// <summary>Counts what a piece of work allocates.</summary>
public static class Allocations
{
    /// <summary>
    /// Octets that a count may be too high, however often the work was done: a collection that another thread sets off adds a small object to the count of this one.
    /// </summary>
    public const long Noise = 256;

    /// <summary>Times that the work is done to be counted.</summary>
    public const int Rounds = 5;

    /// <summary>The fewest octets of some rounds: a collection that another thread sets off adds a small object to the count of this one.</summary>
    public static long Fewest(Action work)
    {
        long fewest = long.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }
}
