using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Measures;

namespace VSwitch.CompareBench.Results;

/// <summary>All slices of one measure.</summary>
internal sealed class MeasureResult(IMeasure measure, int wanted)
{
    private const int FewestLikePairs = 3;

    private readonly List<(int Round, Slice Slice)> _slices = [];
    private readonly Dictionary<string, string> _skipped = [];

    public IMeasure Measure => measure;

    /// <summary>Rounds.</summary>
    public int Wanted => wanted;

    public IEnumerable<Slice> Slices => _slices.Select(taken => taken.Slice);

    /// <summary>Who cannot do it, and why.</summary>
    public IReadOnlyDictionary<string, string> Skipped => _skipped;

    public void Add(int round, Slice slice) => _slices.Add((round, slice));

    public void Skip(Subject subject, string reason) => _skipped[subject.Name] = reason;

    public IEnumerable<Slice> Of(Subject subject) => Slices.Where(slice => slice.Subject == subject.Name);

    public double Median(Subject subject, int figure) => Statistics.Median(ValuesOf(subject, figure));

    /// <summary>The least and the greatest; NaN for no values.</summary>
    public (double Least, double Greatest) Range(Subject subject, int figure)
    {
        double[] values = [.. ValuesOf(subject, figure)];
        return values.Length > 0 ? (values.Min(), values.Max()) : (double.NaN, double.NaN);
    }

    /// <summary>Half of the distance from the least to the greatest, over the median: the "give or take", in percent.</summary>
    /// <returns>NaN for less than two values, or a median of 0.</returns>
    public double SpreadPercent(Subject subject, int figure)
    {
        (double least, double greatest) = Range(subject, figure);
        double median = Median(subject, figure);
        return Of(subject).Skip(1).Any() && median != 0 ? 50 * (greatest - least) / Math.Abs(median) : double.NaN;
    }

    /// <summary>The median, over the rounds, of the subject's figure over the reference's.</summary>
    public double Ratio(Subject subject, Subject reference, int figure) => Ratio(Pairs(subject, reference), figure);

    /// <summary>The same in one mood only.</summary>
    public double Ratio(Subject subject, Subject reference, int figure, Mood mood) =>
        Ratio(Pairs(subject, reference).Where(pair => pair.Reference.Mood == mood && pair.Subject.Mood == mood), figure);

    /// <summary>With too few rounds in which the machine was the same for both, all are compared, and this is false.</summary>
    public bool ComparesLikeOnly(Subject subject, Subject reference) =>
        !measure.DependsOnMood || Pairs(subject, reference).All(pair => pair.Subject.IsLike(pair.Reference));

    public bool? IsReached(Subject subject, Subject reference, int figure) =>
        measure.Figures[figure].Goal.IsReached(Ratio(subject, reference, figure), Median(subject, figure));

    private static double Ratio(IEnumerable<(Slice Subject, Slice Reference)> pairs, int figure) =>
        Statistics.Median(pairs.Select(pair => pair.Subject.Values[figure] / pair.Reference.Values[figure]).Where(double.IsFinite));

    private IEnumerable<double> ValuesOf(Subject subject, int figure) => Of(subject).Select(slice => slice.Values[figure]).Where(double.IsFinite);

    private List<(Slice Subject, Slice Reference)> Pairs(Subject subject, Subject reference)
    {
        List<(Slice Subject, Slice Reference)> all =
        [
            .. from one in _slices.Where(taken => taken.Slice.Subject == subject.Name)
               from other in _slices.Where(taken => taken.Slice.Subject == reference.Name && taken.Round == one.Round)
               select (one.Slice, other.Slice),
        ];
        List<(Slice Subject, Slice Reference)> like = all.FindAll(pair => pair.Subject.IsLike(pair.Reference));
        return measure.DependsOnMood && like.Count >= Math.Min(FewestLikePairs, wanted) ? like : all;
    }
}
