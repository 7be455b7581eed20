namespace VSwitch.Devices.Netlink;

/// <summary>What helps against the errors of rtnetlink that the kernel does not explain itself.</summary>
internal static class RouteCures
{
    internal static string? Find(string call, Errno errno) => errno switch
    {
        Errno.EEXIST when call.StartsWith("RTM_SETLINK", StringComparison.Ordinal) => "the name is taken there: choose another",
        Errno.EBUSY when call.StartsWith("RTM_SETLINK name", StringComparison.Ordinal) => "take the interface down first",
        Errno.EADDRNOTAVAIL when call.StartsWith("RTM_SETLINK address", StringComparison.Ordinal) => "not the address of a station: group or zero",
        Errno.EACCES when call.StartsWith("RTM_NEWADDR", StringComparison.Ordinal) => "IPv6 is off here: sysctl net.ipv6.conf.all.disable_ipv6=0",
        Errno.ENETUNREACH => "the gateway is on no network of this interface: give the interface an address first",
        Errno.ENETDOWN => "bring the interface up first",
        Errno.ENODEV => "the interface is gone",
        _ => null,
    };
}
