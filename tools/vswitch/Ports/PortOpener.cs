using VSwitch.Captures.Pcap;
using VSwitch.Captures.Replaying;
using VSwitch.Devices;
using VSwitch.Devices.Tap;
using VSwitch.Devices.Tun;
using VSwitch.Devices.TunTap;
using VSwitch.Identifiers;
using VSwitch.Terminal;

namespace VSwitch.Tool.Ports;

/// <summary>Makes the device that a <see cref="PortSpec"/> describes.</summary>
internal static class PortOpener
{
    /// <summary>Opens capture files.</summary>
    /// <param name="spec">The port.</param>
    /// <param name="say">Hears how the replay went, and what went wrong.</param>
    /// <exception cref="IOException">The file can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to, or it is a folder.</exception>
    internal static PcapDevice OpenFiles(PortSpec spec, Action<string> say)
    {
        PcapSpec pcap = spec.Pcap!;
        string port = Printable.Of(spec.PortName);
        var options = new PcapDeviceOptions
        {
            In = pcap.In is null ? null : ReplaySource.FromFile(pcap.In),
            Schedule = pcap.Schedule(),
            Replay = new ReplayOptions { Loops = pcap.Loops, Limit = pcap.Limit },
            Out = pcap.Out is null ? null : () => new FileStream(pcap.Out, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0),
            Mtu = spec.Mtu ?? 1500,
            Replayed = report => Tell(report, port, say),
            Failed = problem => say($"warning: port {port}: {Printable.Of(problem)}"),
        };
        return new PcapDevice(spec.PortName, options, new PacerClock(spins: false), TimeProvider.System);
    }

    private static void Tell(ReplayReport report, string port, Action<string> say)
    {
        string failures = string.Concat(report.Failures.Select(f => $", {f.Value} {f.Key}"));
        say($"port {port}: {report.Sent} of {report.Attempted} frames came in{failures}");
        foreach (string broken in report.Broken)
        {
            say($"warning: port {port}: {Printable.Of(broken)}");
        }
    }

    /// <exception cref="LinuxException">The kernel refused; nothing is left behind.</exception>
    internal static TunTapDevice Open(PortSpec spec)
    {
        var options = new TunTapOptions
        {
            Name = spec.Name,
            Namespace = spec.Namespace,
            Mtu = spec.Mtu,
            HardwareAddress = spec.Kind == PortKind.Tap ? spec.HardwareAddress : null,
            Queues = spec.Queues,
            Offload = spec.Offload,
        };
        TunTapDevice device = spec.Kind == PortKind.Tap ? L2Dev.Open(options) : L3Dev.Open(options);
        try
        {
            foreach (IpPrefix address in spec.Addresses)
            {
                if (address.IsIPv6)
                {
                    device.SetIPv6(address);
                }
                else
                {
                    device.SetIPv4(address);
                }
            }

            return device;
        }
        catch
        {
            device.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }
}
