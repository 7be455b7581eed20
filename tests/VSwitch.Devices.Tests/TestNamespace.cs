using System.Globalization;
using System.Net;
using System.Net.Sockets;
using VSwitch.Devices.Netlink;
using VSwitch.Devices.Tap;
using VSwitch.Devices.Tun;
using VSwitch.Devices.TunTap;

namespace VSwitch.Devices.Tests;

/// <summary>A named namespace of one test, gone at its end; skips the test where there can be none.</summary>
internal sealed class TestNamespace : IDisposable
{
    private static int s_count;

    internal TestNamespace()
    {
        Requires.Root();
        Name = string.Create(CultureInfo.InvariantCulture, $"vst{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}");
        NetworkNamespace.Create(Name);
    }

    internal string Name { get; }

    internal LinkInfo Link(string name) => Do(route => route.GetLink(name));

    internal LinkInfo? TryLink(string name) => Do(route => route.TryGetLink(name));

    internal T Do<T>(Func<RouteNetlink, T> function)
    {
        using NetworkNamespace ns = NetworkNamespace.Open(Name);
        using RouteNetlink route = RouteNetlink.Open(ns);
        return function(route);
    }

    internal void Do(Action<RouteNetlink> action) => Do(route =>
    {
        action(route);
        return 0;
    });

    internal T Run<T>(Func<T> function)
    {
        using NetworkNamespace ns = NetworkNamespace.Open(Name);
        return ns.Run(function);
    }

    internal L2Dev Tap(TunTapOptions? options = null) => L2Dev.Open((options ?? new()) with { Namespace = Name });

    internal L3Dev Tun(TunTapOptions? options = null) => L3Dev.Open((options ?? new()) with { Namespace = Name });

    /// <summary>A UDP socket inside the namespace.</summary>
    internal Socket Udp(IPEndPoint local) => Run(() =>
    {
        Socket socket = new(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
        socket.Bind(local);
        return socket;
    });

    /// <summary>Takes the interface down, so that the kernel's own chatter ends, and what came before away.</summary>
    internal async Task Quiet(TunTapDevice device)
    {
        Do(route => route.SetUp(route.GetLink(device.Name), false));
        await Bounded.Until(() => device.TryReceive(new Frames.FrameBatch()) == 0, "the device is empty");
    }

    public void Dispose() => NetworkNamespace.Delete(Name);
}
