using VSwitch.Captures.Files;
using VSwitch.TestKit;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>Files to compare, the command that compares them, and programs that change them.</summary>
internal sealed class DiffLab : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("vswitch-diff-");

    /// <summary>A capture of 40 packets: two flows of TCP, one of UDP, and ARP.</summary>
    internal string Capture()
    {
        string path = PathOf("capture.pcap");
        using CaptureWriter writer = CaptureWriter.Create(path, CaptureFormat.Pcap);
        CaptureInterface only = writer.AddInterface(new CaptureInterface { SnapLength = 65_535 });
        for (uint i = 0; i < 40; i++)
        {
            byte[] frame = ((i % 4) switch
            {
                0 => new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 30, new TcpFields(1000 + i, 1)),
                1 => new FrameBuilder().Tcp("10.0.0.1", "10.0.0.3", 30, new TcpFields(2000 + i, 1)),
                2 => new FrameBuilder().Udp("10.0.0.4", "10.0.0.2", 20 + (int)i),
                _ => new FrameBuilder().ArpRequest("10.0.0.1", $"10.0.1.{i}").Padding(18),
            }).Build();
            writer.Write(new CapturedPacket
            {
                Interface = only,
                Octets = frame,
                OriginalLength = (uint)frame.Length,
                Timestamp = 1_700_000_000_000_000_000 + (i * 1_000_000L),
                Comments = [],
            });
        }

        return path;
    }

    internal string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Runs <c>pcap-replay diff</c>.</summary>
    internal static Task<LabProcess> Diff(params IEnumerable<string> arguments) =>
        Finish(Path.Combine(AppContext.BaseDirectory, "VSwitch.PcapReplay"), ["diff", .. arguments]);

    /// <summary>Runs a program of the machine, which must succeed; skips where there is none.</summary>
    internal static async Task<LabProcess> Run(string program, string package, params IEnumerable<string> arguments)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.Skip($"no {program} on this machine: apt-get install {package}");
        }

        LabProcess process = await Finish(path, arguments);
        Assert.True(process.ExitCode == 0, process.Text);
        return process;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<LabProcess> Finish(string program, IEnumerable<string> arguments)
    {
        LabProcess process = LabProcess.Start(null, program, arguments);
        await process.Exit();
        return process;
    }
}
