using System.Globalization;

namespace VSwitch.Integration.Tests.Command;

[Collection(Collections.Heavy)]
public class DemoTests
{
    [Fact]
    public async Task Demo_AsRoot_ShowsTrafficAndLeavesNothing()
    {
        using VSwitchCommand command = new();
        LabProcess demo = await command.Finish("demo", "--seconds", "1");
        Assert.True(demo.ExitCode == 0, demo.Text);
        AssertStory(demo);
        Assert.Equal(5, demo.Output.Count(l => l.Contains("reply", StringComparison.Ordinal) && l.Contains("µs", StringComparison.Ordinal)));
        Assert.Equal(2, demo.Output.Count(l => l.Contains(" tap-a ", StringComparison.Ordinal)));
        AssertNothingLeft(demo);
    }

    [Fact]
    public async Task Demo_InMemory_ShowsTraffic()
    {
        using VSwitchCommand command = new(rootless: true);
        LabProcess demo = await command.Finish("demo", "--in-memory", "--seconds", "1");
        Assert.True(demo.ExitCode == 0, demo.Text);
        AssertStory(demo);
        AssertNothingLeft(demo);
    }

    [Theory]
    [InlineData(LabProcess.SigInt)]
    [InlineData(LabProcess.SigTerm)]
    public async Task Demo_AsRootStoppedInTheMiddle_LeavesNothing(int signal)
    {
        using VSwitchCommand command = new();
        LabProcess demo = command.Start("demo", "--seconds", "60");
        await demo.Line(l => l.Contains("TCP from", StringComparison.Ordinal), "the transfer");
        Assert.NotEmpty(Left(demo));
        demo.Signal(signal);
        Assert.True(await demo.Exit() == 1, demo.Text);
        Assert.Empty(demo.Errors);
        AssertNothingLeft(demo);
    }

    [Fact]
    public async Task Demo_InMemoryStoppedInTheMiddle_Ends()
    {
        using VSwitchCommand command = new(rootless: true);
        LabProcess demo = command.Start("demo", "--in-memory", "--seconds", "60");
        await demo.Line(l => l.Contains("transfers to B", StringComparison.Ordinal), "the transfer");
        demo.Signal(LabProcess.SigInt);
        Assert.True(await demo.Exit() == 1, demo.Text);
        Assert.Empty(demo.Errors);
    }

    private static void AssertStory(LabProcess demo)
    {
        Assert.Empty(demo.Errors);
        string rate = Assert.Single(demo.Output, l => l.Contains("Gbit/s", StringComparison.Ordinal));
        string number = rate[..rate.IndexOf(" Gbit/s", StringComparison.Ordinal)].Split(' ')[^1];
        Assert.True(double.Parse(number, CultureInfo.InvariantCulture) > 0, rate);
        Assert.Single(demo.Output, l => l.EndsWith(": exact", StringComparison.Ordinal));
    }

    private static void AssertNothingLeft(LabProcess demo) => Assert.Empty(Left(demo));

    private static IEnumerable<string> Left(LabProcess demo) =>
        Directory.Exists("/run/netns") ? Directory.EnumerateFiles("/run/netns", $"vswitch-demo-{demo.Id}-*") : [];
}
