using System.Text.Json;
using System.Text.Json.Nodes;
using VSwitch.TapBench.Lab;

namespace VSwitch.TapBench.Results;

/// <summary>Every slice, for other tools. What is not a number in JSON (no median, no probe) is null.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    public static string Write(BenchRun run) => new JsonObject
    {
        ["machine"] = run.Machine,
        ["sliceSeconds"] = run.Options.Slice.TotalSeconds,
        ["rounds"] = run.Options.Rounds,
        ["reference"] = SubjectNode(run.Reference),
        ["candidate"] = SubjectNode(run.Candidate),
        ["measures"] = new JsonArray([.. run.Results.Select(MeasureNode)]),
        ["failures"] = new JsonArray([.. run.Failures.Select(failure => JsonValue.Create(failure))]),
    }.ToJsonString(_indented);

    private static JsonObject SubjectNode(Subject subject) =>
        new() { ["name"] = subject.Name, ["command"] = subject.Command };

    private static JsonObject MeasureNode(MeasureResult result) => new JsonObject
    {
        ["name"] = result.Measure.Name,
        ["comparesLikePairsOnly"] = result.ComparesLikeOnly,
        ["figures"] = new JsonArray([.. result.Measure.Figures.Select((_, i) => FigureNode(result, i))]),
        ["pairs"] = new JsonArray([.. result.Pairs.Select(PairNode)]),
    };

    private static JsonObject FigureNode(MeasureResult result, int figure) => new JsonObject
    {
        ["title"] = result.Measure.Figures[figure].Title,
        ["reference"] = Number(result.ReferenceMedian(figure)),
        ["candidate"] = Number(result.CandidateMedian(figure)),
        ["ratioOfMedians"] = Number(result.RatioOfMedians(figure)),
        ["medianOfRatios"] = Number(result.MedianOfRatios(figure)),
        ["medianOfRatiosNear"] = Number(result.MedianOfRatios(figure, Mood.Near)),
        ["medianOfRatiosFar"] = Number(result.MedianOfRatios(figure, Mood.Far)),
        ["goal"] = result.Measure.Figures[figure].Goal.Text,
        ["reached"] = result.IsReached(figure),
    };

    private static JsonObject PairNode(SlicePair pair) => new JsonObject
    {
        ["like"] = pair.IsLike,
        ["reference"] = SliceNode(pair.Reference),
        ["candidate"] = SliceNode(pair.Candidate),
    };

    private static JsonObject SliceNode(Slice slice) => new()
    {
        ["values"] = new JsonArray([.. slice.Values.Select(Number)]),
        ["mood"] = slice.Mood.ToString(),
        ["hopNanoseconds"] = new JsonArray(Number(slice.Before.HopNanoseconds), Number(slice.After.HopNanoseconds)),
        ["wakeMicroseconds"] =
            new JsonArray(Number(slice.Before.WakeMicroseconds), Number(slice.After.WakeMicroseconds)),
        ["stolenPercent"] = Number(slice.StolenPercent),
    };

    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
