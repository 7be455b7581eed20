namespace VSwitch.CompareBench.Measures;

/// <summary>Halves what is between a rate that is carried and one that is not, a fixed number of times.</summary>
internal static class RateSearch
{
    private const int Tries = 2; // a neighbour on the same processor may make one trial lose

    /// <param name="most">Where it begins, frames a second.</param>
    /// <param name="steps">How often it halves.</param>
    /// <param name="trial">Gives the rate that was really offered when next to nothing was lost, and null when more was.</param>
    /// <returns>The highest rate that passed; 0 when none did.</returns>
    public static async Task<double> HighestAsync(double most, int steps, Func<double, Task<double?>> trial)
    {
        double passed = 0;
        double best = 0;
        double failed = most;
        double rate = most;
        for (int step = 0; step <= steps && rate >= 1; step++)
        {
            if (await TryAsync(rate, trial) is { } offered)
            {
                passed = rate;
                best = Math.Max(best, offered);
                if (step == 0)
                {
                    break; // it carries the most
                }
            }
            else
            {
                failed = rate;
            }

            rate = (passed + failed) / 2;
        }

        return best;
    }

    private static async Task<double?> TryAsync(double rate, Func<double, Task<double?>> trial)
    {
        for (int i = 0; i < Tries; i++)
        {
            if (await trial(rate) is { } offered)
            {
                return offered;
            }
        }

        return null;
    }
}
