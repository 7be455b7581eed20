namespace VSwitch.Integration.Tests.Lab;

/// <summary>Programs of the machine that some tests need.</summary>
internal static class Programs
{
    private const string FrrFolder = "/usr/lib/frr"; // where Debian and Fedora have the daemons, off the path
    private const string DaemonFolder = "/usr/sbin"; // off the path of some users

    internal static string Ping => Find("ping", "iputils-ping");

    internal static string Ip => Find("ip", "iproute2");

    internal static string Iperf => Find("iperf3", "iperf3");

    internal static string Tcprewrite => Find("tcprewrite", "tcpreplay");

    internal static string Tcpprep => Find("tcpprep", "tcpreplay");

    internal static string Tshark => Find("tshark", "tshark");

    internal static string SetPriv => Find("setpriv", "util-linux");

    internal static string Arping => Find("arping", "iputils-arping");

    internal static string Tracepath => Find("tracepath", "iputils-tracepath");

    internal static string Traceroute => Find("traceroute", "traceroute");

    internal static string Tcpreplay => Find("tcpreplay", "tcpreplay");

    internal static string Ndisc6 => Find("ndisc6", "ndisc6");

    internal static string Bridge => Find("bridge", "iproute2", DaemonFolder);

    internal static string Lldpd => Find("lldpd", "lldpd", DaemonFolder);

    internal static string Lldpcli => Find("lldpcli", "lldpd", DaemonFolder);

    internal static string Capinfos => Find("capinfos", "wireshark-common");

    internal static string Tcpdump => Find("tcpdump", "tcpdump", DaemonFolder);

    internal static string OvsVswitchd => Find("ovs-vswitchd", "openvswitch-switch", DaemonFolder);

    internal static string OvsdbServer => Find("ovsdb-server", "openvswitch-switch", DaemonFolder);

    internal static string OvsSchema => Find("vswitch.ovsschema", "openvswitch-switch", "/usr/share/openvswitch");

    /// <summary>A daemon of FRRouting, such as zebra.</summary>
    internal static string Frr(string daemon) => Find(daemon, "frr", FrrFolder);

    private static string Find(string name, string package, string? folder = null)
    {
        string? path = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}"
            .Split(':', StringSplitOptions.RemoveEmptyEntries).Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            Assert.Skip($"no {name} on this machine: apt-get install {package}");
        }

        return path;
    }
}
