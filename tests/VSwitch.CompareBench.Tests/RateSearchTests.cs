using VSwitch.CompareBench.Measures;

namespace VSwitch.CompareBench.Tests;

public sealed class RateSearchTests
{
    private const double Most = 1_000_000;
    private const int Steps = 7;
    private const double Resolution = Most / (1 << Steps);

    [Theory]
    [InlineData(999_999)]
    [InlineData(700_000)]
    [InlineData(123_456)]
    [InlineData(Resolution)]
    public async Task Highest_OfACapacity_IsTheCapacityToTheResolution(double capacity)
    {
        double best = await RateSearch.HighestAsync(Most, Steps, rate => Task.FromResult<double?>(rate <= capacity ? rate : null));
        Assert.InRange(best, capacity - Resolution, capacity);
    }

    [Fact]
    public async Task Highest_WhenOneTrialOfTwoLoses_IsTheSame()
    {
        var tried = new HashSet<double>();
        double best = await RateSearch.HighestAsync(Most, Steps, rate => Task.FromResult<double?>(!tried.Add(rate) && rate <= 700_000 ? rate : null));
        Assert.InRange(best, 700_000 - Resolution, 700_000);
    }

    [Fact]
    public async Task Highest_WhenTheMostIsCarried_IsWhatWasOffered_InOneTrial()
    {
        int trials = 0;
        double best = await RateSearch.HighestAsync(Most, Steps, rate => Task.FromResult<double?>(++trials > 0 ? rate - 5 : null));
        Assert.Equal((Most - 5, 1), (best, trials));
    }

    [Fact]
    public async Task Highest_WhenNothingPasses_IsZero_AfterTwoTrialsAStep()
    {
        int trials = 0;
        double best = await RateSearch.HighestAsync(Most, Steps, _ => Task.FromResult<double?>(++trials > 0 ? null : 0));
        Assert.Equal((0, 2 * (Steps + 1)), (best, trials));
    }

    [Fact]
    public async Task Highest_OfLessThanAFrameASecond_IsNotTried() =>
        Assert.Equal(0, await RateSearch.HighestAsync(0.5, Steps, _ => throw new InvalidOperationException("tried")));
}
