using System.Diagnostics;
using VSwitch.Devices.Packet;

namespace VSwitch.Devices.Tests.Packet;

/// <summary>A cable between two namespaces of one test: <c>near0</c> and <c>far0</c>, both up.</summary>
internal sealed class VethPair : IDisposable
{
    internal VethPair(int mtu = 1500)
    {
        if (!File.Exists("/usr/sbin/ip") && !File.Exists("/sbin/ip") && !File.Exists("/usr/bin/ip"))
        {
            Assert.Skip("no ip on this machine: apt-get install iproute2");
        }

        Near = new TestNamespace();
        Far = new TestNamespace();
        try
        {
            Ip($"link add near0 netns {Near.Name} mtu {mtu} type veth peer name far0 netns {Far.Name} mtu {mtu}");
            Near.Do(route => route.SetUp(route.GetLink("near0"), true));
            Far.Do(route => route.SetUp(route.GetLink("far0"), true));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal TestNamespace Near { get; }

    internal TestNamespace Far { get; }

    internal static PacketOptions At(TestNamespace ns, string name, bool offload = false) => new() { Name = name, Namespace = ns.Name, Offload = offload };

    /// <summary>The device at this end, once it is up.</summary>
    internal async Task<PacketDevice> OpenNear(bool offload = false) => await Up(PacketDevice.Open(At(Near, "near0", offload)));

    internal async Task<PacketDevice> OpenFar(bool offload = false) => await Up(PacketDevice.Open(At(Far, "far0", offload)));

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }

    private static async Task<PacketDevice> Up(PacketDevice device)
    {
        await Bounded.Until(() => device.IsUp, $"{device.Name} is up");
        return device;
    }

    private static void Ip(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(Bounded.Limit));
        Assert.True(process.ExitCode == 0, $"ip {arguments}: {errors}");
    }
}
