using System.Text.Json.Nodes;
using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Results;

namespace VSwitch.CompareBench.Tests;

public sealed class JsonReportTests
{
    [Fact]
    public void Write_Parses_WithWhatWasMeasured_AndNullForWhatIsNoNumber()
    {
        BenchRun run = FakeRun.Of(
            new FakeMeasure(), (new Subject("a\"\u0001\n", "x"), [1, 2, 3]), (new Subject("b", "y"), [double.NaN, double.PositiveInfinity]));
        JsonNode root = JsonNode.Parse(JsonReport.Write(run with { Failures = ["a\"b\\c"] }))!;
        JsonNode row = root["rows"]![0]!;
        Assert.Equal("a\"\u0001\n", (string)root["subjects"]![0]!["name"]!);
        Assert.Equal("a\"b\\c", (string)root["failures"]![0]!);
        Assert.Equal("2026-01-02", (string)root["date"]!);
        Assert.Equal(2, (double)row["figures"]![0]!["subjects"]!["a\"\u0001\n"]!["median"]!);
        Assert.Null(row["figures"]![0]!["subjects"]!["b"]!["median"]);
        Assert.Equal(5, row["slices"]!.AsArray().Count);
        Assert.Null(row["slices"]![3]!["values"]![0]);
    }
}
