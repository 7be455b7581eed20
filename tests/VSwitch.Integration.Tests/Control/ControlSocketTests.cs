
namespace VSwitch.Integration.Tests.Control;

/// <summary>The socket's file: who may, whose it is, and what is left of it.</summary>
public class ControlSocketTests
{
    private const int SigKill = 9;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Socket_WhenReady_IsForItsUserOnly()
    {
        using ControlLab lab = await ControlLab.Start();
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(lab.Socket));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(lab.Folder));
        Assert.Equal([lab.Socket], Directory.EnumerateFileSystemEntries(lab.Folder));
        Assert.Empty(lab.Switch.Errors);
    }

    [Theory]
    [InlineData(LabProcess.SigTerm)]
    [InlineData(LabProcess.SigInt)]
    public async Task Socket_AfterStop_IsGone(int signal)
    {
        using ControlLab lab = await ControlLab.Start();
        await lab.AssertWell();
        using HttpResponseMessage trace = await lab.Trace("""{"count":1000}"""); // who still listens does not keep the switch
        lab.Switch.Signal(signal);
        Assert.True(await lab.Switch.Exit() == 0, lab.Switch.Text);
        Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Folder));
        Assert.Empty(lab.Switch.Errors);
    }

    [Fact]
    public async Task Socket_OfSwitchThatWasKilled_IsReplaced()
    {
        using ControlLab lab = await ControlLab.Start();
        lab.Switch.Signal(SigKill);
        await lab.Switch.Exit();
        Assert.True(File.Exists(lab.Socket));
        LabProcess asked = await lab.Ask("ports");
        Assert.Equal(2, asked.ExitCode);
        Assert.Contains("no switch is running", Assert.Single(asked.Errors), StringComparison.Ordinal);
        await Bounded.Until(() => !lab.A.HasTap && !lab.B.HasTap, "the kernel has taken the TAPs of the dead away");
        await lab.Run("--control", lab.Socket);
        await lab.AssertWell();
        lab.Switch.Signal(LabProcess.SigTerm);
        Assert.Equal(0, await lab.Switch.Exit());
        Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Folder));
    }

    [Fact]
    public async Task Socket_OfLiveSwitch_IsRefusedWhenAskedFor()
    {
        using ControlLab lab = await ControlLab.Start();
        using ControlLab other = new(lab.Socket);
        LabProcess second = await other.RunToItsEnd("--control", lab.Socket);
        Assert.True(second.ExitCode == 2, second.Text);
        Assert.Contains("already: choose another --name or --control", Assert.Single(second.Errors), StringComparison.Ordinal);
        Assert.Empty(second.Output);
        Assert.False(other.A.HasTap);
        await lab.AssertWell();
    }

    [Fact]
    public async Task DefaultSocket_OfLiveSwitch_WarnsAndRunsWithout()
    {
        string name = ControlLab.UniqueName();
        string path = $"/run/vswitch/{name}.sock";
        using ControlLab lab = new(path);
        await lab.Run("--name", name);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(path));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode("/run/vswitch"));
        using ControlLab other = new(path);
        await other.Run("--name", name);
        Assert.Contains("warning: no control socket: a switch runs at", Assert.Single(other.Switch.Errors), StringComparison.Ordinal);
        other.Switch.Signal(LabProcess.SigTerm);
        Assert.Equal(0, await other.Switch.Exit());
        Assert.Equal(0, (await lab.Command("ports", "--switch", name)).ExitCode);
        lab.Switch.Signal(LabProcess.SigTerm);
        Assert.Equal(0, await lab.Switch.Exit());
        Assert.False(File.Exists(path) || File.Exists(path + ".lock"));
    }

    [Fact]
    public async Task SeveralSwitches_NoneNamed_AreNamedInTheError()
    {
        string[] names = [ControlLab.UniqueName(), ControlLab.UniqueName()];
        using ControlLab one = new();
        using ControlLab two = new();
        await one.Run("--name", names[0]);
        await two.Run("--name", names[1]);
        LabProcess asked = await one.Command("fdb");
        Assert.Equal(2, asked.ExitCode);
        Assert.All(names, n => Assert.Contains($"--switch {n}", asked.Errors[0], StringComparison.Ordinal));
        Assert.Equal(0, (await one.Command("fdb", "--switch", names[1])).ExitCode);
        foreach (LabProcess run in new[] { one.Switch, two.Switch })
        {
            run.Signal(LabProcess.SigTerm); // the directory is the machine's: nothing of ours stays
            Assert.Equal(0, await run.Exit());
        }
    }

    [Fact]
    public async Task File_ThatIsNoSocket_IsRefusedAndStays()
    {
        using ControlLab lab = new();
        Directory.CreateDirectory(lab.Folder);
        await File.WriteAllTextAsync(lab.Socket, "precious");
        LabProcess run = await lab.RunToItsEnd("--control", lab.Socket);
        Assert.True(run.ExitCode == 2, run.Text);
        Assert.Contains("is no socket", Assert.Single(run.Errors), StringComparison.Ordinal);
        Assert.Equal("precious", await File.ReadAllTextAsync(lab.Socket));
    }

    [Theory]
    [InlineData("", "--control is empty")]
    [InlineData("/tmp/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678.sock", "107 octets")]
    [InlineData("/proc/vswitch/x.sock", "choose another --control")]
    public async Task Control_ThatCannotBe_IsRefused(string path, string problem)
    {
        using ControlLab lab = new();
        LabProcess run = await lab.RunToItsEnd("--control", path);
        Assert.True(run.ExitCode == 2, run.Text);
        Assert.Contains(problem, Assert.Single(run.Errors), StringComparison.Ordinal);
        Assert.False(lab.A.HasTap);
    }

    [Fact]
    public async Task Control_Off_MakesNone()
    {
        using ControlLab lab = new();
        await lab.Run("--control", "off");
        Assert.False(Directory.Exists(lab.Folder));
        Assert.Empty(lab.Switch.Errors);
    }
}
