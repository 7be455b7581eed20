using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Runtime.Intrinsics;
using VSwitch.Devices;
using VSwitch.Devices.Netlink;
using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Frames;

namespace VSwitch.Tool.Doctor;

/// <summary>The checks, in the order in which they are worth reading.</summary>
internal static class Checkup
{
    private const string TunPath = "/dev/net/tun";
    private const string BridgeNetfilterPath = "/proc/sys/net/bridge/bridge-nf-call-iptables";
    private const int CapNetAdmin = 12; // linux/capability.h
    private const int CapNetBroadcast = 11;
    private const int CapSysAdmin = 21;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    internal static IEnumerable<Finding> All()
    {
        yield return TunDevice();
        yield return Capability(CapNetAdmin, "CAP_NET_ADMIN", "TAPs can be made", "no TAP can be made", isNeeded: true);
        yield return Capability(CapSysAdmin, "CAP_SYS_ADMIN", "namespaces can be entered", "netns= can't be used", isNeeded: false);
        yield return Capability(CapNetBroadcast, "CAP_NET_BROADCAST", "links in other namespaces are heard of", "netns= can't be used", isNeeded: false);
        yield return Offloads();
        yield return BridgeNetfilter();
        yield return ForwardPolicy();
        foreach (Finding finding in Mtu())
        {
            yield return finding;
        }

        yield return Processor();
    }

    private static Finding TunDevice()
    {
        if (!File.Exists(TunPath))
        {
            return Finding.Failure(TunPath, "is not there", "modprobe tun, or give the container --device /dev/net/tun");
        }

        try
        {
            using FileStream tun = new(TunPath, FileMode.Open, FileAccess.ReadWrite);
            return Finding.Ok(TunPath, "can be opened");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Finding.Failure(TunPath, "can't be opened", "run as root, or chmod 0666 /dev/net/tun, which most distributions do");
        }
    }

    private static Finding Capability(int bit, string name, string with, string without, bool isNeeded)
    {
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        _ = ulong.TryParse(line?[7..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong effective);
        string cure = $"run as root, or with {name.ToLowerInvariant()} (setpriv, systemd's AmbientCapabilities, --cap-add)";
        return (effective & (1UL << bit)) != 0 ? Finding.Ok(name, with)
            : isNeeded ? Finding.Failure(name, without, cure)
            : Finding.Note(name, without, cure);
    }

    /// <summary>Makes a TAP in a namespace of its own, so that nobody sees it, and asks what it takes.</summary>
    private static Finding Offloads()
    {
        const string Subject = "TAP offloads";
        string name = $"vswitch-doctor-{Environment.ProcessId}";
        try
        {
            NetworkNamespace.Create(name);
            L2Dev tap = L2Dev.Open(new TunTapOptions { Name = "tap0", Namespace = name });
            OffloadKinds offloads = tap.Capabilities.SendOffloads;
            tap.DisposeAsync().AsTask().Wait(s_patience);
            return offloads == OffloadKinds.All
                ? Finding.Ok(Subject, "checksum, TSO4, TSO6, ECN and USO: super-frames pass whole")
                : Finding.Note(Subject, $"only {offloads}: other super-frames are cut", "a kernel from 6.2 on has all");
        }
        catch (Exception error) when (error is LinuxException or IOException or UnauthorizedAccessException)
        {
            return Finding.Note(Subject, $"not known: {error.Message}");
        }
        finally
        {
            NetworkNamespace.Delete(name);
        }
    }

    private static Finding BridgeNetfilter()
    {
        const string Subject = "br_netfilter";
        return !File.Exists(BridgeNetfilterPath) ? Finding.Ok(Subject, "not loaded")
            : File.ReadAllText(BridgeNetfilterPath).Trim() == "0" ? Finding.Ok(Subject, "loaded, and off")
            : Finding.Note(Subject, "on: frames through kernel bridges pass the firewall; frames through this switch do not",
                "where a TAP is in a kernel bridge: sysctl -w net.bridge.bridge-nf-call-iptables=0");
    }

    private static Finding ForwardPolicy()
    {
        const string Subject = "FORWARD policy";
        string? rules = Run("iptables", "-S FORWARD");
        return rules is null ? Finding.Note(Subject, "not known: no iptables here, or no rights to ask it")
            : rules.Contains("-P FORWARD DROP", StringComparison.Ordinal)
                ? Finding.Note(Subject, "DROP, as Docker sets it: this machine routes nothing between its interfaces, TAPs among them",
                    "for what should pass: iptables -I FORWARD -i tap0 -j ACCEPT")
            : Finding.Ok(Subject, "ACCEPT");
    }

    private static IEnumerable<Finding> Mtu()
    {
        foreach (NetworkInterface link in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (link.OperationalStatus == OperationalStatus.Up && link.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            {
                int mtu = File.Exists($"/sys/class/net/{link.Name}/mtu")
                    ? int.Parse(File.ReadAllText($"/sys/class/net/{link.Name}/mtu"), CultureInfo.InvariantCulture)
                    : 0;
                string subject = $"MTU of {link.Name}";
                yield return mtu is 0 or >= 1500
                    ? Finding.Ok(subject, mtu == 0 ? "not known" : mtu.ToString(CultureInfo.InvariantCulture))
                    : Finding.Note(subject, $"{mtu}: less than a TAP's 1500", $"give the TAPs behind it mtu={mtu}");
            }
        }
    }

    private static Finding Processor()
    {
        int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 64;
        return Finding.Ok("processor", $"{Environment.ProcessorCount} cores, checksums {bits} bits at a time, .NET {Environment.Version}");
    }

    /// <returns>What a program printed, or null when it is not there, failed, or took too long.</returns>
    private static string? Run(string program, string arguments)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            if (process is null || !process.WaitForExit(s_patience))
            {
                process?.Kill();
                return null;
            }

            return process.ExitCode == 0 ? process.StandardOutput.ReadToEnd() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
