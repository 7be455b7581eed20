using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace VSwitch.Benchmarks.Tests;

/// <summary>Octets that each benchmark allocates an operation, against bench/expected-allocations.json. Times are reported by the benchmarks and never decide.</summary>
public sealed class AllocationTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.5; // of an octet an operation: what a round pays once, such as an enumerator
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    [Fact]
    public async Task Benchmarks_AllocateNoMoreThanIsWrittenDown()
    {
        string path = Path.Combine(
            typeof(AllocationTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!.Replace('\\', '/'), "bench/expected-allocations.json");
        bool isAccepting = Environment.GetEnvironmentVariable("VSWITCH_ACCEPT") == "1";
        SortedDictionary<string, double> expected = !isAccepting
            ? JsonSerializer.Deserialize<SortedDictionary<string, double>>(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!
            : [];
        var measured = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (BenchmarkCase benchmark in BenchmarkCase.All())
        {
            measured.Add(benchmark.Name, Math.Round(await benchmark.MeasureAsync(), 2));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{measured[benchmark.Name],10:F2} {benchmark.Name}"));
        }

        if (isAccepting)
        {
            await File.WriteAllTextAsync(path, JsonSerializer.Serialize(measured, s_indented) + "\n", TestContext.Current.CancellationToken);
            return;
        }

        Assert.Empty(
            from benchmark in measured
            where !expected.TryGetValue(benchmark.Key, out double octets) || benchmark.Value > octets + Tolerance
            select string.Create(
                CultureInfo.InvariantCulture,
                $"{benchmark.Key}: {benchmark.Value} octets an operation, {(expected.TryGetValue(benchmark.Key, out double octets) ? $"not {octets}" : "not written down")}: VSWITCH_ACCEPT=1 writes what is meant"));
        Assert.Empty(expected.Keys.Except(measured.Keys)); // what is no more
    }
}
