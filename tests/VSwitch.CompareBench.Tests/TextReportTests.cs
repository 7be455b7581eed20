using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Measures;
using VSwitch.CompareBench.Results;

namespace VSwitch.CompareBench.Tests;

public sealed class TextReportTests
{
    private static readonly Subject s_relay = new("relay", "a");
    private static readonly Subject s_mine = new("vswitch", "b");

    [Fact]
    public void Write_HasMedianSpreadAndRatio_AndJudgesTheGoal()
    {
        string text = TextReport.Write(FakeRun.Of(new FakeMeasure { Goal = Goal.RatioAtLeast(2) }, (s_relay, [9, 10, 11]), (s_mine, [18, 20, 22])));
        Assert.Contains("Frames, a second  10.0 ±10%  20.0 ±10% x2.00\n", text, StringComparison.Ordinal);
        Assert.Contains("\nGoal reached: Frames, a second: at least 2.00.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OfRoundsThatWereNotAlike_DoubtsTheRatio()
    {
        BenchRun run = FakeRun.Of(new FakeMeasure(), (s_relay, [10]), (s_mine, []));
        run.Results[0].Add(0, FakeRun.Slice(s_mine, 20, FakeRun.Far));
        Assert.Contains(" 20.0 x2.00?\n", TextReport.Write(run), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_OfOneRun_JudgesNothing() => Assert.DoesNotContain(
        "Goal", TextReport.Write(FakeRun.Of(new FakeMeasure { Goal = Goal.RatioAtLeast(2) }, (s_relay, [1]), (s_mine, [1]))), StringComparison.Ordinal);

    [Fact]
    public void Write_OfWhoCannot_SaysWhy()
    {
        BenchRun run = FakeRun.Of(new FakeMeasure(), (s_relay, [10]), (s_mine, []));
        run.Results[0].Skip(s_mine, "has no third port");
        string text = TextReport.Write(run);
        Assert.Contains("10.0    can't\n", text, StringComparison.Ordinal);
        Assert.Contains("\ncan't: fake: vswitch has no third port.\n", text, StringComparison.Ordinal);
    }
}
