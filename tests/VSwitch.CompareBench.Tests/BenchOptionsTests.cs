using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Measures;

namespace VSwitch.CompareBench.Tests;

public sealed class BenchOptionsTests
{
    [Theory]
    [InlineData("--nonsense")]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("--rounds")]
    [InlineData("--rounds", "0")]
    [InlineData("--rounds", "-1")]
    [InlineData("--rounds", "many")]
    [InlineData("--rounds", "99999999999999999999")]
    [InlineData("--seconds", "61")]
    [InlineData("--seconds", "0.5")]
    [InlineData("--rows", "tcp1,nonsense")]
    [InlineData("--rows", "")]
    [InlineData("--subject", "nonsense")]
    [InlineData("--subject", "relay,,ovs")]
    [InlineData("--command", "=run")]
    [InlineData("--command", "name=")]
    [InlineData("--command", "name")]
    [InlineData("--json")]
    [InlineData("--svg")]
    public void Parse_OfWhatIsWrong_IsRefusedInOneLine(params string[] arguments)
    {
        BenchException refusal = Assert.Throws<BenchException>(() => BenchOptions.Parse(arguments));
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.StartsWith(arguments[0], refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfNothing_ComparesAllThatIsUsual()
    {
        BenchOptions options = BenchOptions.Parse([]);
        Assert.Equal(Subject.Default, options.Subjects.Select(subject => subject.Name));
        Assert.Equal(AllMeasures.Default, options.Rows);
        Assert.Equal((5, TimeSpan.FromSeconds(2), false, true), (options.Rounds, options.Slice, options.Quick, options.Install));
    }

    [Fact]
    public void Parse_OfQuick_IsOneShortRound_UnlessMoreIsSaid()
    {
        Assert.Equal((1, TimeSpan.FromSeconds(1)), (BenchOptions.Parse(["--quick"]).Rounds, BenchOptions.Parse(["--quick"]).Slice));
        Assert.Equal(7, BenchOptions.Parse(["--quick", "--rounds", "7"]).Rounds);
    }

    [Fact]
    public void Parse_OfAllRows_HasThoseOnRequest() => Assert.Equal(
        AllMeasures.List.Select(measure => measure.Name), BenchOptions.Parse(["--rows", "all"]).Rows);

    [Fact]
    public void Parse_OfTheSameSubjectTwice_NumbersTheSecond()
    {
        BenchOptions options = BenchOptions.Parse(["--subject", "ovs,ovs"]);
        Assert.Equal(["ovs", "ovs #2"], options.Subjects.Select(subject => subject.Name));
        Assert.Equal(options.Subjects[0].PortCommands, options.Subjects[1].PortCommands);
    }

    [Fact]
    public void Parse_OfACommandOfOnesOwn_TakesAllBehindTheFirstEqualsSign()
    {
        BenchOptions options = BenchOptions.Parse(["--command", "mine=./mine --a=b {tapA}", "--subject", "relay,mine"]);
        Assert.Equal("./mine --a=b {tapA}", options.Subjects[1].Command);
        Assert.Equal(2, options.Subjects[1].MostPorts);
        Assert.Null(options.Subjects[1].PortCommands);
    }

    [Fact]
    public void Usage_NamesEveryRow() => Assert.All(
        AllMeasures.List, measure => Assert.Contains(measure.Name, BenchOptions.Usage.Split([',', ' ', ';', '\n'])));
}
