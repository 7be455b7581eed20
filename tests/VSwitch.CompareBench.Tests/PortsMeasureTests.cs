using VSwitch.CompareBench.Measures;

namespace VSwitch.CompareBench.Tests;

public sealed class PortsMeasureTests
{
    private readonly PortsMeasure _measure = new();

    [Fact]
    public void Conclude_DividesWhatAThousandTakeMore_AndWhatTheyCarry()
    {
        IReadOnlyList<double> values = ((IMeasure)_measure).Conclude([[50, 10, 0, 1000], [60, 15, 0, 990], [70, 59.9, 0, 900]]);
        Assert.Equal([50, 60, 70, 10, 15, 59.9, 0, 0, 0, 1000, 990, 900, 50, 0.9], values.Select(value => Math.Round(value, 6)));
        Assert.Equal(_measure.Figures.Count, values.Count);
    }

    [Fact]
    public void Conclude_OfASubjectThatCannotBeSoLarge_KeepsWhatItCan()
    {
        IReadOnlyList<double> values = _measure.Conclude([[50, 10, 0, 1000], [60, 15, 0, 990], []]);
        Assert.Equal(_measure.Figures.Count, values.Count);
        Assert.Equal([50, 60, double.NaN], values.Take(3));
        Assert.All(values.TakeLast(2), value => Assert.Equal(double.NaN, value));
    }
}
