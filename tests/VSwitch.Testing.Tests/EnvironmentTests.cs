using VSwitch.Testing.Expecting;

namespace VSwitch.Testing.Tests;

/// <summary>What the environment says. One class: its tests do not run beside each other, and only labs without a seed of their own notice.</summary>
public sealed class EnvironmentTests : IDisposable
{
    private readonly Captures _captures = new();
    private readonly Dictionary<string, string?> _before = new[] { "VSWITCH_ACCEPT", "VSWITCH_SEED", "VSWITCH_TEST_OUTPUT", "CI" }.ToDictionary(n => n, Environment.GetEnvironmentVariable);
    private readonly StringWriter _log = new();
    private readonly string _source;

    public EnvironmentTests()
    {
        string folder = _captures.NewPath("");
        Directory.CreateDirectory(folder);
        _source = Path.Combine(folder, "SomeTests.cs");
        File.WriteAllText(_source, "");
        Set("VSWITCH_TEST_OUTPUT", Path.Combine(folder, "output"));
        Set("VSWITCH_ACCEPT", null);
        Set("CI", null);
    }

    private string Golden => Path.Combine(Path.GetDirectoryName(_source)!, "golden", "SomeTests.Flood.pcapng");

    [Fact]
    public void ExpectGolden_NotThere_SaysHowToMakeIt()
    {
        string message = Assert.Throws<ExpectationException>(() => Check("one")).Message;
        Assert.StartsWith($"golden file {Golden} is not there\nVSWITCH_ACCEPT=1 writes what came instead\nseed ", message, StringComparison.Ordinal);
        Assert.Contains($"capture of all ports: {Path.GetDirectoryName(_source)}/output/SomeTests.Flood", message, StringComparison.Ordinal);
        Assert.False(File.Exists(Golden));
    }

    [Fact]
    public void ExpectGolden_Accepted_IsWrittenAndSaidOnce()
    {
        Set("VSWITCH_ACCEPT", "1");
        Check("one");
        Assert.Equal($"golden file written: {Golden}: look at it before it is committed{Environment.NewLine}", _log.ToString());
        DateTime written = File.GetLastWriteTimeUtc(Golden);
        Check("one");
        Assert.Equal(written, File.GetLastWriteTimeUtc(Golden));
        Assert.Single(_log.ToString().Trim().Split('\n'));
        Check("two");
        Assert.Contains("golden file changed", _log.ToString(), StringComparison.Ordinal);
        Set("VSWITCH_ACCEPT", null);
        Check("two");
    }

    [Fact]
    public void ExpectGolden_Different_SaysWhat()
    {
        Set("VSWITCH_ACCEPT", "1");
        Check("one");
        Set("VSWITCH_ACCEPT", null);
        string message = Assert.Throws<ExpectationException>(() => Check("two")).Message;
        Assert.StartsWith($"not as golden file {Golden} says\nof 2 expected and 2 actual frames 0 are the same", message, StringComparison.Ordinal);
        Assert.Contains("\nVSWITCH_ACCEPT=1 writes what came instead\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ExpectGolden_InCi_IsNeverWritten()
    {
        Set("VSWITCH_ACCEPT", "1");
        Set("CI", "true");
        string message = Assert.Throws<ExpectationException>(() => Check("one")).Message;
        Assert.Contains("CI=true: golden files are not written here", message, StringComparison.Ordinal);
        Assert.False(File.Exists(Golden));
    }

    [Fact]
    public void ExpectGolden_Named_HasItsOwnFile()
    {
        Set("VSWITCH_ACCEPT", "1");
        Check("one", "first");
        Assert.True(File.Exists(Golden.Replace("Flood", "Flood.first", StringComparison.Ordinal)));
    }

    [Fact]
    public void ExpectGolden_SourcesElsewhere_IsSaid()
    {
        using var lab = new SwitchLab();
        string message = Assert.Throws<ExpectationException>(() => lab.ExpectGolden(source: "/_/nowhere/X.cs")).Message;
        Assert.Contains("the folder of /_/nowhere/X.cs is not on this machine", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Seed_OfTheEnvironment_IsTakenUnlessOneIsGiven()
    {
        Set("VSWITCH_SEED", "1234");
        using var lab = new SwitchLab();
        using var given = new SwitchLab(new LabOptions { Seed = 1 });
        Assert.Equal(1234, lab.Seed);
        Assert.Equal(1, given.Seed);
        LabPort a = lab.AddPort("a");
        Assert.Contains("\nseed 1234: VSWITCH_SEED=1234 gives the same again\n", Assert.Throws<ExpectationException>(() => lab.Expect(a).Frames(1)).Message, StringComparison.Ordinal);
        Set("VSWITCH_SEED", "many");
        Assert.Equal("VSWITCH_SEED is 'many': give a whole number", Assert.Throws<FormatException>(() => new SwitchLab()).Message);
    }

    [Fact]
    public void FindFolder_DeterministicBuild_IsFoundAboveTheProgram()
    {
        string below = Path.Combine(AppContext.BaseDirectory, "mapped");
        Directory.CreateDirectory(below);
        File.WriteAllText(Path.Combine(below, "X.cs"), "");
        string name = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        Assert.Equal(below, new TestPlace("M", "/_/mapped/X.cs").FindFolder());
        Assert.Equal(below, new TestPlace("M", $"/_/{name}/mapped/X.cs").FindFolder());
        Assert.Null(new TestPlace("M", "/_/not/X.cs").FindFolder());
        Assert.Null(new TestPlace("M", "").FindFolder());
        Assert.Equal("X.M", new TestPlace("M", "/_/mapped/X.cs").Name);
        Assert.Equal("X._Main__", new TestPlace("<Main>$", "C:\\mapped\\X.cs").Name);
    }

    public void Dispose()
    {
        foreach ((string name, string? value) in _before)
        {
            Set(name, value);
        }

        _captures.Dispose();
    }

    private static void Set(string name, string? value) => Environment.SetEnvironmentVariable(name, value);

    private void Check(string payload, string? name = null)
    {
        using var lab = new SwitchLab(new LabOptions { Log = _log }, "Flood", _source);
        LabPort a = lab.AddPort("a"), b = lab.AddPort("b");
        a.Send(a.FrameTo(b).Payload(payload));
        lab.ExpectGolden(name, test: "Flood", source: _source);
    }
}
