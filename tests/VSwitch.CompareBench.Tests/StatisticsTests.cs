using VSwitch.CompareBench.Results;

namespace VSwitch.CompareBench.Tests;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new double[] { 3 }, 3)]
    [InlineData(new double[] { 9, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 3, 2 }, 2.5)]
    [InlineData(new double[] { 1, 1, 1, 1e9, 1e9 }, 1)]
    public void Median_IsTheMiddle(double[] values, double expected) => Assert.Equal(expected, Statistics.Median(values));

    [Fact]
    public void Median_OfNothing_IsNotANumber() => Assert.Equal(double.NaN, Statistics.Median([]));
}
