using VSwitch.TapBench.Lab;
using VSwitch.TapBench.Measures;

namespace VSwitch.TapBench.Results;

/// <summary>All pairs of one measure, and which of them are compared.</summary>
internal sealed class MeasureResult(IMeasure measure, int wanted)
{
    private const int FewestLikePairs = 3;

    private readonly List<SlicePair> _pairs = [];

    public IMeasure Measure => measure;

    public IReadOnlyList<SlicePair> Pairs => _pairs;

    public IEnumerable<SlicePair> LikePairs => _pairs.Where(pair => pair.IsLike);

    public bool WantsFirstPairs => _pairs.Count < wanted;

    /// <summary>True while pairs were lost to a change of the machine, and as many again have not been tried.</summary>
    public bool WantsMorePairs => measure.DependsOnMood && LikePairs.Count() < wanted && _pairs.Count < 2 * wanted;

    /// <summary>With too few like pairs, all are compared, and the table says so.</summary>
    public bool ComparesLikeOnly => measure.DependsOnMood && LikePairs.Count() >= Math.Min(FewestLikePairs, wanted);

    public IEnumerable<SlicePair> Compared => ComparesLikeOnly ? LikePairs : _pairs;

    public void Add(SlicePair pair) => _pairs.Add(pair);

    public double ReferenceMedian(int figure) =>
        Statistics.Median(Compared.Select(pair => pair.Reference.Values[figure]));

    public double CandidateMedian(int figure) =>
        Statistics.Median(Compared.Select(pair => pair.Candidate.Values[figure]));

    public double RatioOfMedians(int figure) => CandidateMedian(figure) / ReferenceMedian(figure);

    public double MedianOfRatios(int figure) => Statistics.Median(Compared.Select(pair => pair.Ratio(figure)));

    /// <summary>The median of ratios in one mood only.</summary>
    public double MedianOfRatios(int figure, Mood mood) =>
        Statistics.Median(LikePairs.Where(pair => pair.Reference.Mood == mood).Select(pair => pair.Ratio(figure)));

    public bool? IsReached(int figure) =>
        measure.Figures[figure].Goal.IsReached(MedianOfRatios(figure), CandidateMedian(figure));
}
