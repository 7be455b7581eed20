using System.Globalization;
using VSwitch.Captures.Files;
using VSwitch.Captures.Tests.Files;
using VSwitch.Devices.Filters;
using VSwitch.Integration.Tests.Control;

namespace VSwitch.Integration.Tests.Captures;

/// <summary>A running switch with two stations, captured by the real command into files of a folder that is gone at the end.</summary>
internal sealed class CaptureLab : IDisposable
{
    private CaptureLab(ControlLab lab) => Lab = lab;

    internal ControlLab Lab { get; }

    internal LabProcess Switch => Lab.Switch;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("vst-capture-").FullName;

    internal string A => ControlLab.PortOf(Lab.A);

    internal string B => ControlLab.PortOf(Lab.B);

    internal static async Task<CaptureLab> Start(params IEnumerable<string> arguments)
    {
        CaptureLab lab = new(new ControlLab());
        try
        {
            await lab.Lab.Run(["--control", lab.Lab.Socket, .. arguments]);
            await Bounded.Until(lab.IsReached, "the stations reach each other");
            return lab;
        }
        catch
        {
            lab.Dispose();
            throw;
        }
    }

    internal static void RequireFilters()
    {
        if (!PcapFilter.IsAvailable)
        {
            Assert.Skip("no libpcap on this machine: apt-get install libpcap0.8");
        }
    }

    internal string File(string name) => Path.Combine(Folder, name);

    /// <summary>Starts a capture, and waits until the switch copies frames.</summary>
    internal async Task<LabProcess> Capture(params IEnumerable<string> arguments)
    {
        LabProcess capture = Lab.StartAsking(["capture", .. arguments]);
        await Bounded.Until(
            () =>
            {
                Assert.False(capture.HasExited && !capture.Errors.Any(IsBegun), $"no capture: {capture.Text}");
                return capture.Errors.Any(IsBegun);
            },
            "it captures");
        return capture;
    }

    /// <summary>Ends a capture as a user does, when a file has so many packets.</summary>
    internal static async Task<List<Packet>> Finish(LabProcess capture, string path, int packets)
    {
        await Bounded.Until(() => Count(path) >= packets, $"{packets} packets");
        await Stop(capture);
        return Read(path);
    }

    internal static async Task Stop(LabProcess capture)
    {
        capture.Signal(LabProcess.SigInt);
        Assert.True(await capture.Exit() == 0, capture.Text);
    }

    /// <summary>The packets of a file that must be whole.</summary>
    internal static List<Packet> Read(string path)
    {
        using CaptureReader reader = CaptureReader.Open(path);
        List<Packet> packets = Packet.All(reader);
        Assert.True(reader.Error is null, $"{path}: {reader.Error}");
        return packets;
    }

    /// <summary>Packets of a file that grows.</summary>
    internal static int Count(string path) => Growing(path).Count;

    /// <summary>What can be read of a file now.</summary>
    internal static List<Packet> Growing(string path)
    {
        if (!System.IO.File.Exists(path))
        {
            return [];
        }

        using CaptureReader reader = CaptureReader.Open(path);
        return Packet.All(reader);
    }

    /// <summary>Packets of a file as capinfos counts them; it must find nothing wrong.</summary>
    internal static async Task<int> Capinfos(string path)
    {
        using LabProcess capinfos = LabProcess.Start(null, Programs.Capinfos, "-c", "-M", "-T", "-r", path);
        Assert.True(await capinfos.Exit() == 0, capinfos.Text);
        return int.Parse(Assert.Single(capinfos.Output).Split('\t')[^1], CultureInfo.InvariantCulture);
    }

    internal static async Task<IReadOnlyList<string>> Tshark(string path, params IEnumerable<string> arguments)
    {
        using LabProcess tshark = LabProcess.Start(null, Programs.Tshark, ["-n", "-r", path, .. arguments]);
        Assert.True(await tshark.Exit() == 0, tshark.Text);
        return tshark.Output;
    }

    /// <summary>A sends so many requests, each of which must be answered.</summary>
    internal async Task Ping(int count, params IEnumerable<string> arguments)
    {
        using LabProcess ping = StartPing(["-c", $"{count}", .. arguments]);
        Assert.True(await ping.Exit() == 0, ping.Text);
        Assert.Contains(ping.Output, l => l.Contains($"{count} packets transmitted, {count} received", StringComparison.Ordinal));
    }

    internal LabProcess StartPing(params IEnumerable<string> arguments) =>
        LabProcess.Start(Lab.A.Namespace, Programs.Ping, ["-n", "-q", "-W", "20", .. arguments, Lab.B.IPv4.ToString()]);

    public void Dispose()
    {
        Lab.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // No payload: tests that count echoes can tell these from theirs.
    private async Task<bool> IsReached()
    {
        using LabProcess ping = StartPing("-c", "1", "-s", "0", "-W", "1");
        return await ping.Exit() == 0;
    }

    private static bool IsBegun(string line) => line.Contains("capturing to ", StringComparison.Ordinal);
}
