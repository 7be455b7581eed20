using VSwitch.Captures.Replaying;

namespace VSwitch.Captures.Tests.Replaying;

public class TimingHistogramTests
{
    [Fact]
    public void Percentile_RandomValues_IsThatOfTheSortedListToThreePercent()
    {
        Random random = new(7);
        TimingHistogram histogram = new();
        List<long> values = [.. Enumerable.Range(0, 10_000).Select(_ => (long)Math.Exp(random.NextDouble() * 40))];
        values.ForEach(v => histogram.Add(v));
        values.Sort();
        foreach (double part in new[] { 0.01, 0.5, 0.9, 0.99, 0.999, 1 })
        {
            long exact = values[Math.Max(0, (int)Math.Ceiling(values.Count * part) - 1)];
            Assert.InRange(histogram.Percentile(part), exact, exact + (exact / 32) + 1);
        }

        Assert.Equal(values[^1], histogram.Max);
        Assert.Equal(values.Count, histogram.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(long.MaxValue)]
    public void Percentile_OneValue_IsThat(long value)
    {
        TimingHistogram histogram = new();
        Assert.Equal(0, histogram.Percentile(0.5));
        histogram.Add(value, times: 3);
        Assert.Equal(value, histogram.Percentile(0.5));
        histogram.Add(-5);
        Assert.Equal(0, histogram.Percentile(0.1));
    }
}
