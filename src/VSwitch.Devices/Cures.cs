namespace VSwitch.Devices;

/// <summary>What helps against the errors that people meet: the last part of a <see cref="LinuxException"/>.</summary>
internal static class Cures
{
    internal const string OpenTun = "open /dev/net/tun";

    internal static string? Find(string call, Errno errno) => (call, errno) switch
    {
        (OpenTun, Errno.ENOENT) => "make the node: mkdir -p /dev/net && mknod /dev/net/tun c 10 200 (in a container: --device /dev/net/tun)",
        (OpenTun, Errno.ENODEV or Errno.ENXIO) => "load the driver: modprobe tun",
        (OpenTun, Errno.EACCES or Errno.EPERM) => "run as root, or chmod 0666 /dev/net/tun; in a container allow the device",
        ("setns" or "unshare" or "RTM_NEWNSID", Errno.EPERM) => "run as root or give the binary CAP_SYS_ADMIN",
        ("NETLINK_LISTEN_ALL_NSID", Errno.EPERM) => "run as root or give the binary CAP_NET_BROADCAST",
        ("mount", Errno.EPERM) => "run as root or give the binary CAP_SYS_ADMIN",
        ("TUNSETIFF", Errno.EBUSY) => "the name is in use by another process: choose another name or stop that process",
        ("TUNSETIFF", Errno.EINVAL) => "the name belongs to an interface of another kind: choose another name",
        ("socket(AF_PACKET)", Errno.EPERM or Errno.EACCES) => "run as root or give the binary CAP_NET_RAW",
        (_, Errno.EPERM) => "run as root or give the binary CAP_NET_ADMIN",
        (_, Errno.EMFILE) => "raise the limit: ulimit -n",
        (_, Errno.ENFILE) => "raise the limit: sysctl fs.file-max",
        _ => null,
    };
}
