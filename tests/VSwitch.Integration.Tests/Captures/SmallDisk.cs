namespace VSwitch.Integration.Tests.Captures;

/// <summary>A file system in memory that is soon full, gone at the end.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk()
    {
    }

    internal string Path { get; } = Directory.CreateTempSubdirectory("vst-disk-").FullName;

    /// <param name="octets">As mount(8) takes it, such as 1m.</param>
    internal static async Task<SmallDisk> Mount(string octets = "1m")
    {
        Requires.Root();
        SmallDisk disk = new();
        using LabProcess mount = LabProcess.Start(null, "mount", "-t", "tmpfs", "-o", $"size={octets}", "vst", disk.Path);
        if (await mount.Exit() != 0)
        {
            Directory.Delete(disk.Path);
            Assert.Skip($"no right to mount a tmpfs: {mount.Text.ReplaceLineEndings(" ")}");
        }

        return disk;
    }

    internal string File(string name) => System.IO.Path.Combine(Path, name);

    // Lazily: somebody may still have a file open.
    public async ValueTask DisposeAsync()
    {
        using LabProcess umount = LabProcess.Start(null, "umount", "-l", Path);
        Assert.True(await umount.Exit() == 0, umount.Text);
        Directory.Delete(Path);
    }
}
