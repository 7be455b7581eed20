namespace VSwitch.Integration.Tests.Command;

/// <summary>The script at the root of a clone.</summary>
public class ScriptTests
{
    private static readonly TimeSpan s_build = TimeSpan.FromMinutes(5); // it builds again when the sources are newer

    [Fact]
    public async Task Script_BadInput_PassesArgumentsAndExitCodeOn()
    {
        string root = Root();
        if (!File.Exists(Path.Combine(root, "artifacts", "vswitch", ".built")))
        {
            Assert.Skip("the command was not built for use yet, and building takes longer than a test may: run ./vswitch --version once");
        }

        using LabProcess script = LabProcess.Start(null, Path.Combine(root, "vswitch"), "run", "--port", "tap:a b");
        Assert.True(await script.Exit(s_build) == 2, script.Text);
        Assert.Contains("tap:a b", script.Errors[^1], StringComparison.Ordinal);
        Assert.Contains("white space", script.Errors[^1], StringComparison.Ordinal);
    }

    private static string Root()
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "VSwitch.sln")))
        {
            at = at.Parent;
        }

        return at?.FullName ?? throw new DirectoryNotFoundException("no VSwitch.sln above the tests");
    }
}
