namespace VSwitch.Captures.Tests.Files;

/// <summary>Counts what a piece of work allocates.</summary>
internal static class Allocations
{
    /// <summary>Times that the work is done to be counted.</summary>
    internal const int Rounds = 5;

    /// <summary>The fewest octets of some rounds: a collection that another thread sets off adds a small object to the count of this one.</summary>
    internal static long Fewest(Action work)
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
