using System.Globalization;
using System.Net.NetworkInformation;
using VSwitch.Devices.Netlink;
using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Devices.Workers;
using VSwitch.Identifiers;

namespace VSwitch.Tool.Demo;

/// <summary>Two network namespaces, a TAP in each, and the switch between them.</summary>
internal static class TapDemo
{
    private const int Pings = 5;
    private static readonly TimeSpan s_pingPatience = TimeSpan.FromSeconds(2);
    private static readonly IpPrefix s_a = IpPrefix.Parse("10.77.0.1/24");
    private static readonly IpPrefix s_b = IpPrefix.Parse("10.77.0.2/24");

    internal static void Run(Story story, TimeSpan time, CancellationToken stop)
    {
        string a = $"vswitch-demo-{Environment.ProcessId}-a";
        string b = $"vswitch-demo-{Environment.ProcessId}-b";
        try
        {
            story.Step($"Two network namespaces, {a} and {b}.");
            NetworkNamespace.Create(a);
            NetworkNamespace.Create(b);
            using NetworkNamespace inA = NetworkNamespace.Open(a);
            using NetworkNamespace inB = NetworkNamespace.Open(b);
            Run(story, inA, inB, time, stop);
        }
        finally
        {
            NetworkNamespace.Delete(a);
            NetworkNamespace.Delete(b);
        }

        story.Step("Both namespaces, and their TAPs with them, are gone again.");
    }

    private static void Run(Story story, NetworkNamespace inA, NetworkNamespace inB, TimeSpan time, CancellationToken stop)
    {
        var @switch = new VirtualSwitch();
        var host = new SwitchHost(@switch);
        try
        {
            story.Step($"A switch with a TAP in each: {s_a} and {s_b}.");
            host.AddPort("tap-a", () => Open(inA.Name, s_a));
            host.AddPort("tap-b", () => Open(inB.Name, s_b));

            story.Step($"Ping from {s_a.Address} to {s_b.Address}.");
            Ping(story, inA, stop);

            story.Step($"TCP from {s_a.Address} to {s_b.Address} for {time.TotalSeconds:F0} s, one stream.");
            (long octets, TimeSpan taken) = TcpTransfer.Run(inA, inB, s_b.Address, time, stop);
            story.Throughput(octets, taken, @switch.FindPort("tap-a")!.Counters.ReceivedFrames);

            story.Stations(@switch);
            story.Counters(@switch);
        }
        finally
        {
            host.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static L2Dev Open(string networkNamespace, IpPrefix address)
    {
        L2Dev tap = L2Dev.Open(new TunTapOptions { Name = "tap0", Namespace = networkNamespace });
        tap.SetIPv4(address);
        return tap;
    }

    private static void Ping(Story story, NetworkNamespace from, CancellationToken stop)
    {
        for (int i = 1; i <= Pings; i++)
        {
            stop.ThrowIfCancellationRequested();
            (IPStatus status, double milliseconds) = from.Run(() => Echo.Run(s_b.Address, s_pingPatience));
            story.Detail(status == IPStatus.Success
                ? string.Create(CultureInfo.InvariantCulture, $"reply {i} from {s_b.Address}: {milliseconds * 1000:F0} µs")
                : $"reply {i}: {status}");
        }
    }
}
