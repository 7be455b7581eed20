namespace VSwitch.Integration.Tests.Command;

/// <summary>The samples do what their pages say, and leave nothing.</summary>
public class SamplesTests
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "VSwitch.Samples");

    [Theory]
    [InlineData("pipe", "b has received: to b")]
    [InlineData("copy", "right has received: hello")]
    [InlineData("forwarder", "second.b has received: two")]
    [InlineData("point-to-point", "from A to B: 1 frame, from B to A: 1")]
    [InlineData("detach", "the wrapper is closed, the pipe is not: past the wrapper")]
    [InlineData("callback", "sent 2")]
    [InlineData("stream", "one read: second packet")]
    [InlineData("joiner", "the default has received: to an unknown address")]
    [InlineData("splitter", "the network has received: from one, from two")]
    [InlineData("errors", "DeviceDownException: the end")]
    public async Task Sample_WithoutRoot_SaysWhatItDoes(string name, string said)
    {
        using LabProcess sample = LabProcess.Start(null, s_program, name);
        Assert.True(await sample.Exit() == 0, sample.Text);
        Assert.Empty(sample.Errors);
        Assert.Equal($"{name}:", sample.Output[0]);
        Assert.Contains(said, string.Join('\n', sample.Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TunSample_AsRoot_JoinsMemoryWithTheKernel()
    {
        Requires.Root();
        using LabProcess sample = LabProcess.Start(null, s_program, "tun");
        Assert.True(await sample.Exit() == 0, sample.Text);
        Assert.Contains("has received: from memory", sample.Output[1], StringComparison.Ordinal);
        Assert.Contains("has received: from the kernel", sample.Output[2], StringComparison.Ordinal);
        Assert.False(File.Exists($"/run/netns/vswitch-sample-{sample.Id}"));
    }

    [Fact]
    public async Task TunSample_WithoutRoot_SaysSo()
    {
        using LabProcess sample = LabProcess.Start(null, Programs.SetPriv, "--reuid=65534", "--regid=65534", "--clear-groups", s_program, "tun");
        Assert.True(await sample.Exit() == 0, sample.Text);
        Assert.Contains("needs Linux, root and", Assert.Single(sample.Output.Skip(1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownSample_IsAnError()
    {
        using LabProcess sample = LabProcess.Start(null, s_program, "nonesuch");
        Assert.Equal(2, await sample.Exit());
        Assert.Contains("joiner, splitter, tun", Assert.Single(sample.Errors), StringComparison.Ordinal);
    }
}
