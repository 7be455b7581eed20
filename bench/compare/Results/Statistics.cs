namespace VSwitch.CompareBench.Results;

/// <summary>The one statistic of this benchmark: robust to a neighbour's burst.</summary>
internal static class Statistics
{
    /// <returns>NaN for no values.</returns>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length switch
        {
            0 => double.NaN,
            int count when count % 2 == 1 => sorted[middle],
            _ => (sorted[middle - 1] + sorted[middle]) / 2,
        };
    }
}
