using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VSwitch.CompareBench.Lab;

namespace VSwitch.CompareBench.Results;

/// <summary>Every slice, for other tools. What is not a number in JSON (no median, no probe) is null.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    public static string Write(BenchRun run) => new JsonObject
    {
        ["machine"] = run.Machine,
        ["date"] = run.Date.ToString("O", CultureInfo.InvariantCulture),
        ["load"] = run.Load,
        ["generatorCore"] = Measures.Generator.Core,
        ["sliceSeconds"] = run.Options.Slice.TotalSeconds,
        ["rounds"] = run.Options.Rounds,
        ["quick"] = run.Options.Quick,
        ["subjects"] = new JsonArray([.. run.Subjects.Select(subject => new JsonObject { ["name"] = subject.Name, ["command"] = subject.Command })]),
        ["rows"] = new JsonArray([.. run.Results.Select(result => RowNode(run, result))]),
        ["absent"] = new JsonArray([.. run.Absent.Select(line => JsonValue.Create(line))]),
        ["failures"] = new JsonArray([.. run.Failures.Select(line => JsonValue.Create(line))]),
    }.ToJsonString(_indented);

    private static JsonObject RowNode(BenchRun run, MeasureResult result) => new()
    {
        ["name"] = result.Measure.Name,
        ["figures"] = new JsonArray([.. result.Measure.Figures.Select((_, i) => FigureNode(run, result, i))]),
        ["slices"] = new JsonArray([.. result.Slices.Select(SliceNode)]),
        ["cannot"] = new JsonObject(result.Skipped.Select(pair => KeyValuePair.Create<string, JsonNode?>(pair.Key, pair.Value))),
    };

    private static JsonObject FigureNode(BenchRun run, MeasureResult result, int figure) => new()
    {
        ["title"] = result.Measure.Figures[figure].Title,
        ["lessIsBetter"] = result.Measure.Figures[figure].LessIsBetter,
        ["goal"] = result.Measure.Figures[figure].Goal.Text,
        ["subjects"] = new JsonObject(run.Subjects.Select(subject => KeyValuePair.Create<string, JsonNode?>(subject.Name, new JsonObject
        {
            ["median"] = Number(result.Median(subject, figure)),
            ["spreadPercent"] = Number(result.SpreadPercent(subject, figure)),
            ["ratio"] = Number(result.Ratio(subject, run.Subjects[0], figure)),
            ["ratioNear"] = Number(result.Ratio(subject, run.Subjects[0], figure, Mood.Near)),
            ["ratioFar"] = Number(result.Ratio(subject, run.Subjects[0], figure, Mood.Far)),
            ["comparesLikeOnly"] = result.ComparesLikeOnly(subject, run.Subjects[0]),
        }))),
    };

    private static JsonObject SliceNode(Slice slice) => new()
    {
        ["subject"] = slice.Subject,
        ["values"] = new JsonArray([.. slice.Values.Select(Number)]),
        ["mood"] = slice.Mood.ToString(),
        ["hopNanoseconds"] = new JsonArray(Number(slice.Before.HopNanoseconds), Number(slice.After.HopNanoseconds)),
        ["wakeMicroseconds"] = new JsonArray(Number(slice.Before.WakeMicroseconds), Number(slice.After.WakeMicroseconds)),
        ["stolenPercent"] = Number(slice.StolenPercent),
        ["repeated"] = slice.Repeated,
    };

    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
