using System.Diagnostics;
using System.Globalization;
using SharpPcap.LibPcap;
using VSwitch.Devices.Netlink;
using VSwitch.Devices.Packet;
using VSwitch.PacketDotNet.Ports;
using VSwitch.TestKit;

namespace VSwitch.PacketDotNet.Tests.Ports;

/// <summary>A namespace of one test with a cable in it, gone at its end: <c>port0</c> for SharpPcap, <c>peer0</c> for a station. Skips the test where there can be none.</summary>
internal sealed class VethNamespace : IDisposable
{
    private const string IPv6Switch = "/proc/sys/net/ipv6/conf/default/disable_ipv6";
    private static int s_count;

    private readonly string _name;

    internal VethNamespace()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("no rights to make interfaces: run the tests as root");
        }

        if (!File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip") && !File.Exists("/usr/bin/ip"))
        {
            Assert.Skip("no ip on this machine: apt-get install iproute2");
        }

        _name = string.Create(CultureInfo.InvariantCulture, $"vsp{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}");
        NetworkNamespace.Create(_name);
        try
        {
            Run(() =>
            {
                if (File.Exists(IPv6Switch))
                {
                    File.WriteAllText(IPv6Switch, "1"); // no addresses, no chatter of the kernel's
                }

                return 0;
            });
            Plug();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Makes the cable, as the constructor has done once.</summary>
    internal void Plug()
    {
        Ip("link add port0 type veth peer name peer0");
        Ip("link set port0 up");
        Ip("link set peer0 up");
    }

    /// <summary>The near end by SharpPcap.</summary>
    internal SharpPcapDevice OpenPort(SharpPcapOptions? options = null) => Run(() =>
        SharpPcapDevice.Open(LibPcapLiveDeviceList.New().Single(d => d.Name == "port0"), options));

    /// <summary>An end by the kernel's own packet socket.</summary>
    internal async Task<PacketDevice> OpenPlain(string name)
    {
        PacketDevice device = PacketDevice.Open(new PacketOptions { Name = name, Namespace = _name });
        await Waiting.Until(() => device.IsUp, $"{name} is up");
        return device;
    }

    internal void Ip(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", $"-n {_name} {arguments}") { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.True(process.ExitCode == 0, $"ip {arguments}: {errors}");
    }

    public void Dispose() => NetworkNamespace.Delete(_name);

    private T Run<T>(Func<T> function)
    {
        using NetworkNamespace ns = NetworkNamespace.Open(_name);
        return ns.Run(function);
    }
}
