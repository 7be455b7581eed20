using System.Net;
using System.Net.Sockets;
using System.Text;
using VSwitch.Devices;
using VSwitch.Devices.Joining;
using VSwitch.Devices.Netlink;
using VSwitch.Devices.Relaying;
using VSwitch.Devices.Tun;
using VSwitch.Devices.TunTap;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Samples;

/// <summary>
/// A TUN in a network namespace and a device in memory, joined: a forwarder from the joiner to itself sends each packet to whom it is for. A socket of the
/// kernel talks to a station that is nothing but this program.
/// </summary>
internal static class TunSample
{
    private const string Kernel = "10.99.0.1";
    private const string Memory = "10.99.0.2";

    internal static async Task RunAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/dev/net/tun"))
        {
            Console.WriteLine("  left out: a TUN in a namespace needs Linux, root and /dev/net/tun");
            return;
        }

        string name = $"vswitch-sample-{Environment.ProcessId}";
        NetworkNamespace.Create(name);
        try
        {
            await RunAsync(name);
        }
        finally
        {
            NetworkNamespace.Delete(name);
        }
    }

    private static async Task RunAsync(string networkNamespace)
    {
        L3Dev tun = L3Dev.Open(new TunTapOptions { Name = "tun0", Namespace = networkNamespace });
        tun.SetAddress(IpPrefix.Parse($"{Kernel}/24"));
        (PipeDevice inside, PipeDevice station) = DevicePipe.Create(linkLayer: LinkLayer.Ip);
        var joiner = new Joiner();
        await joiner.AttachDefaultAsync(tun);
        joiner.AttachSecondary(inside);
        await using var forwarder = new Forwarder(); // owns the joiner, and that owns the TUN
        await forwarder.SetReceiverAsync(joiner);
        await forwarder.SetSenderAsync(joiner);

        using NetworkNamespace ns = NetworkNamespace.Open(networkNamespace);
        using Socket socket = ns.Run(() =>
        {
            var bound = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            bound.Bind(new IPEndPoint(IPAddress.Parse(Kernel), 7));
            return bound;
        });

        byte[] buffer = new byte[1500];
        await IpText.SendAsync(station, Memory, Kernel, "from memory");
        int length = await socket.ReceiveAsync(buffer, SocketFlags.None);
        Console.WriteLine($"  a socket in {networkNamespace} has received: {Encoding.UTF8.GetString(buffer, 0, length)}");
        await socket.SendToAsync(Encoding.UTF8.GetBytes("from the kernel"), SocketFlags.None, new IPEndPoint(IPAddress.Parse(Memory), 7));
        Console.WriteLine($"  the station in memory has received: {await IpText.ReceiveAsync(station)}");
    }
}
