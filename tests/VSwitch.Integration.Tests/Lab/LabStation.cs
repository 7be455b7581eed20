using System.Net;
using System.Net.Sockets;
using VSwitch.Devices.Netlink;
using VSwitch.Identifiers;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>A namespace with a TAP or a TUN in it that is plugged into the lab's switch: for the kernel in there a network card.</summary>
internal sealed class LabStation : IDisposable
{
    internal const string Tap = "tap0";
    internal const string Tun = "tun0";

    private readonly int _index;

    internal LabStation(int index)
    {
        _index = index;
        Namespace = new TestNamespace();
        Prepare(Namespace);
        Spec = new PortSpec
        {
            Name = Tap,
            Namespace = Namespace.Name,
            Addresses = [new IpPrefix(IPAddress.Parse($"10.88.0.{index + 1}"), 24), new IpPrefix(IPAddress.Parse($"fd00:88::{index + 1}"), 64)],
            HardwareAddress = Mac,
        };
    }

    internal TestNamespace Namespace { get; }

    internal PortSpec Spec { get; set; }

    /// <summary>The port's name in the switch.</summary>
    internal string Port => $"p{_index}";

    internal MacAddress Mac => MacOf(_index);

    /// <summary>The interface in the namespace.</summary>
    internal string Interface => Spec.Name;

    internal IPAddress IPv4 => Address(AddressFamily.InterNetwork);

    internal IPAddress IPv6 => Address(AddressFamily.InterNetworkV6);

    internal static MacAddress MacOf(int station) => new(0x0200_0000_0A00UL + (ulong)station + 1);

    internal IPAddress Address(AddressFamily family) => Spec.Addresses.First(a => a.Address.AddressFamily == family).Address;

    /// <summary>A bound socket inside the namespace; any thread may use it.</summary>
    internal Socket Socket(AddressFamily family, SocketType type, int port = 0) => Namespace.Run(() =>
    {
        Socket socket = new(family, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp)
        {
            ReceiveTimeout = (int)Bounded.Limit.TotalMilliseconds,
            SendTimeout = (int)Bounded.Limit.TotalMilliseconds,
        };
        socket.Bind(new IPEndPoint(Address(family), port));
        return socket;
    });

    /// <summary>The kernel lets its addresses be used: even without duplicate address detection a moment after the link is up.</summary>
    internal bool IsUsable()
    {
        try
        {
            using Socket four = Socket(AddressFamily.InterNetwork, SocketType.Dgram);
            using Socket six = Socket(AddressFamily.InterNetworkV6, SocketType.Dgram);
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            return false;
        }
    }

    internal PacketSocket Packets() => PacketSocket.Open(Namespace, Interface);

    internal bool HasTap => Namespace.TryLink(Interface) is not null;

    internal void DeleteTap() => Namespace.Do(route => route.Delete(route.GetLink(Interface)));

    internal void SetTapUp(bool up) => Namespace.Do(route => route.SetUp(route.GetLink(Interface), up));

    internal void SetTapMtu(int mtu) => Namespace.Do(route => route.SetMtu(route.GetLink(Interface), mtu));

    /// <summary>Sets a switch of IPv6 for the interface and for those to come, such as accept_dad.</summary>
    internal void SetIPv6(string name, string value) => Namespace.Run(() =>
    {
        foreach (string scope in new[] { "default", "all", Interface })
        {
            File.WriteAllText($"/proc/sys/net/ipv6/conf/{scope}/{name}", value);
        }

        return 0;
    });

    /// <summary>The address that the kernel gave the interface for its link, with the interface as zone.</summary>
    /// <remarks>Source: /proc/net/if_inet6 of the thread's namespace: address | index | prefix length | scope, 20 for the link | flags | name.</remarks>
    internal string LinkLocalAddress() => Namespace.Run(() =>
    {
        string[] fields = File.ReadLines("/proc/thread-self/net/if_inet6")
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(f => f[3] == "20" && f[5] == Interface);
        return new IPAddress(Convert.FromHexString(fields[0])).ToString();
    });

    /// <summary>Takes IPv6 away, so that the kernel in there sends nothing that it was not asked for.</summary>
    internal void Silence() => Silence(Namespace);

    /// <summary>Deletes the namespace; the TAP goes with it.</summary>
    internal void DeleteNamespace() => Namespace.Dispose();

    /// <summary>Makes a namespace of the same name.</summary>
    internal void RemakeNamespace()
    {
        NetworkNamespace.Create(Namespace.Name);
        Prepare(Namespace);
    }

    public void Dispose() => Namespace.Dispose();

    /// <inheritdoc cref="Silence()"/>
    internal static void Silence(TestNamespace ns) => ns.Run(() =>
    {
        File.WriteAllText("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
        return 0;
    });

    // No duplicate address detection, so that addresses are usable at once, and none of the kernel's own chatter that can be avoided. The files
    // show the namespace of the thread that opens them.
    internal static void Prepare(TestNamespace ns) => ns.Run(() =>
    {
        foreach ((string name, string value) in new[] { ("accept_dad", "0"), ("dad_transmits", "0"), ("router_solicitations", "0"), ("keep_addr_on_down", "1") })
        {
            foreach (string scope in new[] { "default", "all" })
            {
                string path = $"/proc/sys/net/ipv6/conf/{scope}/{name}";
                if (File.Exists(path))
                {
                    File.WriteAllText(path, value);
                }
            }
        }

        return 0;
    });
}
