using VSwitch.Identifiers;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>A network behind a station that Linux makes a router: the switch has no port in it, only routes to it.</summary>
/// <remarks>The far station is 10.99.0.2 and fd00:99::2; between it and the router is a veth.</remarks>
internal sealed class FarNetwork : IDisposable
{
    internal static readonly IpPrefix IPv4 = IpPrefix.Parse("10.99.0.0/24", null);
    internal static readonly IpPrefix IPv6 = IpPrefix.Parse("fd00:99::/64", null);

    private const string FarInterface = "far0";
    private const string NearInterface = "near0"; // the router's

    private FarNetwork() => Station = new LabStation(99)
    {
        Spec = new() { Name = FarInterface, Addresses = [IpPrefix.Parse("10.99.0.2/24", null), IpPrefix.Parse("fd00:99::2/64", null)] },
    };

    /// <summary>The station at the far end.</summary>
    internal LabStation Station { get; }

    /// <param name="lab">The lab.</param>
    /// <param name="router">The station that is made a router.</param>
    /// <param name="mtu">Of the far network.</param>
    internal static async Task<FarNetwork> Make(SwitchLab lab, int router, int mtu = 1500)
    {
        FarNetwork far = new();
        try
        {
            await far.Connect(lab, router, mtu);
            return far;
        }
        catch
        {
            far.Dispose();
            throw;
        }
    }

    public void Dispose() => Station.Dispose();

    private async Task Connect(SwitchLab lab, int router, int mtu)
    {
        string inside = Station.Namespace.Name;
        await lab.Succeed(
            router, Programs.Ip, "link", "add", NearInterface, "mtu", $"{mtu}", "type", "veth", "peer", "name", FarInterface, "mtu", $"{mtu}", "netns", inside);
        await lab.Succeed(router, Programs.Ip, "address", "add", "10.99.0.1/24", "dev", NearInterface);
        await lab.Succeed(router, Programs.Ip, "address", "add", "fd00:99::1/64", "dev", NearInterface, "nodad");
        await lab.Succeed(router, Programs.Ip, "link", "set", NearInterface, "up");
        foreach (IpPrefix address in Station.Spec.Addresses)
        {
            await Ip(["address", "add", $"{address}", "dev", FarInterface, .. address.IsIPv6 ? ["nodad"] : Array.Empty<string>()]);
        }

        await Ip("link", "set", FarInterface, "up");
        await Ip("route", "add", "default", "via", "10.99.0.1");
        await Ip("-6", "route", "add", "default", "via", "fd00:99::1");
        lab[router].Namespace.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
            File.WriteAllText("/proc/sys/net/ipv6/conf/all/forwarding", "1");
            return 0;
        });
        await Bounded.Until(Station.IsUsable, "the far addresses can be used");
        foreach (IpPrefix address in Station.Spec.Addresses)
        {
            await lab.Succeed(router, Programs.Ping, "-n", "-c", "1", "-i", "0.1", "-w", "10", $"{address.Address}"); // the veth comes up in its own time
        }

        async Task Ip(params string[] arguments)
        {
            using LabProcess ip = LabProcess.Start(null, Programs.Ip, ["-n", inside, .. arguments]);
            Assert.True(await ip.Exit() == 0, ip.Text);
        }
    }
}
