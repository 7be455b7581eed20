using VSwitch.Devices.Workers;
using VSwitch.Policies;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>A silent namespace with a bridge of the kernel in it, which knows nothing of VLANs: whatever TAPs it joins are one segment.</summary>
internal sealed class KernelBridge : IDisposable
{
    private const string Bridge = "br0";

    private readonly TestNamespace _namespace = new();

    private KernelBridge() => LabStation.Silence(_namespace);

    internal static async Task<KernelBridge> Make()
    {
        KernelBridge made = new();
        try
        {
            await made.Ip("link", "add", Bridge, "type", "bridge", "stp_state", "0", "forward_delay", "0", "mcast_snooping", "0");
            await made.Ip("link", "set", Bridge, "up");
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Gives a switch a TAP here, of the same name as its port; it is not joined with any other yet.</summary>
    internal async Task Plug(SwitchHost host, string name, PortPolicy? policy = null)
    {
        PortSpec spec = new() { Name = name, Namespace = _namespace.Name };
        host.AddPort(name, () => PortOpener.Open(spec), new PortOptions { Policy = policy ?? PortPolicy.None });
        await Bounded.Until(() => host.Switch.FindPort(name) is { IsUp: true });
    }

    /// <summary>Makes a TAP one segment with the others that are joined.</summary>
    internal Task Join(string name) => Ip("link", "set", name, "master", Bridge);

    internal Task Leave(string name) => Ip("link", "set", name, "nomaster");

    public void Dispose() => _namespace.Dispose();

    private async Task Ip(params string[] arguments)
    {
        using LabProcess ip = LabProcess.Start(_namespace, Programs.Ip, arguments);
        Assert.True(await ip.Exit() == 0, $"ip {string.Join(' ', arguments)}: {ip.Text}");
    }
}
