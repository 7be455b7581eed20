using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Measures;
using VSwitch.CompareBench.Results;

namespace VSwitch.CompareBench.Tests;

public sealed class MeasureResultTests
{
    private static readonly Subject s_reference = new("reference", "a");
    private static readonly Subject s_subject = new("subject", "b");

    [Fact]
    public void Ratio_IsTheMedianOfTheRounds_NotTheRatioOfTheMedians()
    {
        MeasureResult result = Rounds([(10, 20), (100, 110), (30, 90)]);
        Assert.Equal(2, result.Ratio(s_subject, s_reference, 0), 1e-9);
        Assert.True(result.ComparesLikeOnly(s_subject, s_reference));
    }

    [Fact]
    public void Ratio_WithEnoughLikeRounds_LeavesTheOthersOut()
    {
        MeasureResult result = Rounds([(10, 20), (10, 20), (10, 20)]);
        result.Add(3, FakeRun.Slice(s_reference, 10));
        result.Add(3, FakeRun.Slice(s_subject, 1000, FakeRun.Far));
        result.Add(4, FakeRun.Slice(s_reference, 10));
        result.Add(4, FakeRun.Slice(s_subject, 1000, FakeRun.Near, FakeRun.Far)); // it changed in between
        result.Add(5, FakeRun.Slice(s_reference, 10));
        result.Add(5, FakeRun.Slice(s_subject, 1000, stolen: 16));
        Assert.Equal(2, result.Ratio(s_subject, s_reference, 0));
        Assert.True(result.ComparesLikeOnly(s_subject, s_reference));
    }

    [Fact]
    public void Ratio_WithFewerLikeRounds_ComparesAll_AndSaysSo()
    {
        MeasureResult result = Rounds([(10, 20), (10, 20)]);
        result.Add(2, FakeRun.Slice(s_reference, 10));
        result.Add(2, FakeRun.Slice(s_subject, 70, FakeRun.Far));
        Assert.False(result.ComparesLikeOnly(s_subject, s_reference));
        Assert.Equal(2, result.Ratio(s_subject, s_reference, 0)); // the median of 2, 2 and 7
    }

    [Fact]
    public void Ratio_OfWhatDoesNotDependOnTheMood_ComparesAll_WithoutDoubt()
    {
        var result = new MeasureResult(new FakeMeasure { DependsOnMood = false }, wanted: 1);
        result.Add(0, FakeRun.Slice(s_reference, 10));
        result.Add(0, FakeRun.Slice(s_subject, 30, FakeRun.Far));
        Assert.Equal(3, result.Ratio(s_subject, s_reference, 0));
        Assert.True(result.ComparesLikeOnly(s_subject, s_reference));
    }

    [Fact]
    public void Ratio_OfOneMood_IsThatOfItsRounds()
    {
        MeasureResult result = Rounds([(10, 20)]);
        result.Add(1, FakeRun.Slice(s_reference, 10, FakeRun.Far));
        result.Add(1, FakeRun.Slice(s_subject, 50, FakeRun.Far));
        Assert.Equal(2, result.Ratio(s_subject, s_reference, 0, Mood.Near));
        Assert.Equal(5, result.Ratio(s_subject, s_reference, 0, Mood.Far));
    }

    [Fact]
    public void Ratio_OfRoundsThatOneMissed_AndOfNoNumbers_IsThatOfTheOthers()
    {
        MeasureResult result = Rounds([(10, 20), (0, 20), (double.NaN, 20), (10, double.NaN)]);
        result.Add(4, FakeRun.Slice(s_subject, 1000));
        Assert.Equal(2, result.Ratio(s_subject, s_reference, 0));
    }

    [Fact]
    public void Spread_IsHalfOfTheRange_OverTheMedian()
    {
        MeasureResult result = Rounds([(10, 20), (10, 18), (10, 30)]);
        Assert.Equal(30, result.SpreadPercent(s_subject, 0), 1e-9);
        Assert.Equal((18, 30), result.Range(s_subject, 0));
        Assert.Equal(double.NaN, Rounds([(10, 20)]).SpreadPercent(s_subject, 0));
    }

    [Fact]
    public void FiguresOfNobody_AreNotNumbers()
    {
        MeasureResult result = Rounds([]);
        Assert.Equal(double.NaN, result.Ratio(s_subject, s_reference, 0));
        Assert.Equal(double.NaN, result.Median(s_subject, 0));
        Assert.Equal((double.NaN, double.NaN), result.Range(s_subject, 0));
        Assert.Equal(double.NaN, result.SpreadPercent(s_subject, 0));
        Assert.Null(result.IsReached(s_subject, s_reference, 0));
    }

    [Theory]
    [InlineData(GoalKind.RatioAtLeast, 2, true)]
    [InlineData(GoalKind.RatioAtLeast, 2.1, false)]
    [InlineData(GoalKind.RatioAtMost, 2, true)]
    [InlineData(GoalKind.RatioAtMost, 1.9, false)]
    [InlineData(GoalKind.ValueAtLeast, 20, true)]
    [InlineData(GoalKind.ValueBelow, 20, false)]
    [InlineData(GoalKind.None, 0, null)]
    internal void Goal_IsJudgedByRatioOrValue(GoalKind kind, double limit, bool? expected)
    {
        var result = new MeasureResult(new FakeMeasure { Goal = new Goal(kind, limit, "") }, wanted: 1);
        result.Add(0, FakeRun.Slice(s_reference, 10));
        result.Add(0, FakeRun.Slice(s_subject, 20));
        Assert.Equal(expected, result.IsReached(s_subject, s_reference, 0));
    }

    private static MeasureResult Rounds((double Reference, double Subject)[] rounds)
    {
        var result = new MeasureResult(new FakeMeasure(), wanted: 5);
        for (int round = 0; round < rounds.Length; round++)
        {
            result.Add(round, FakeRun.Slice(s_reference, rounds[round].Reference));
            result.Add(round, FakeRun.Slice(s_subject, rounds[round].Subject));
        }

        return result;
    }
}
