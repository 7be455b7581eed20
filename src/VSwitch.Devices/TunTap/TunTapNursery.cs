using VSwitch.Devices.Netlink;

namespace VSwitch.Devices.TunTap;

/// <summary>An empty namespace of the process in which interfaces for other namespaces are born, before they move there.</summary>
/// <remarks>
/// The descriptor of a TAP keeps alive the namespace that it was opened in: of a TAP opened inside a named namespace the namespace would
/// outlive <c>ip netns del</c>, and with it the TAP and everything else in there. Born in the nursery and moved, it dies with its namespace as
/// any other interface does. Nobody sees the interface before it is where it belongs. Source: tun_chr_open in drivers/net/tun.c.
/// </remarks>
internal static class TunTapNursery
{
    private static readonly Lazy<NetworkNamespace> s_namespace = new(
        () => NetworkNamespace.CreateAnonymous("nursery"), LazyThreadSafetyMode.PublicationOnly);

    private static int s_born;

    internal static NetworkNamespace Namespace => s_namespace.Value;

    /// <summary>A name that no other interface in the nursery has.</summary>
    internal static string NextName() => $"vsw{Interlocked.Increment(ref s_born) & 0x7FFFFFF}";
}
