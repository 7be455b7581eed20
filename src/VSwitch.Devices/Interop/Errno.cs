namespace VSwitch.Devices;

/// <summary>Error numbers of Linux that this project tells apart; others are passed on by number.</summary>
/// <remarks>Source: asm-generic/errno-base.h and errno.h.</remarks>
public enum Errno
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = 1,

    /// <summary>No such file or directory.</summary>
    ENOENT = 2,

    /// <summary>Interrupted system call.</summary>
    EINTR = 4,

    /// <summary>Input/output error; of a TAP: the interface is down.</summary>
    EIO = 5,

    /// <summary>No such device or address; of a device node: no driver behind it.</summary>
    ENXIO = 6,

    /// <summary>Bad file descriptor.</summary>
    EBADF = 9,

    /// <summary>Resource temporarily unavailable.</summary>
    EAGAIN = 11,

    /// <summary>Cannot allocate memory.</summary>
    ENOMEM = 12,

    /// <summary>Permission denied.</summary>
    EACCES = 13,

    /// <summary>Device or resource busy.</summary>
    EBUSY = 16,

    /// <summary>File exists.</summary>
    EEXIST = 17,

    /// <summary>No such device.</summary>
    ENODEV = 19,

    /// <summary>Invalid argument.</summary>
    EINVAL = 22,

    /// <summary>Too many open files in system.</summary>
    ENFILE = 23,

    /// <summary>Too many open files.</summary>
    EMFILE = 24,

    /// <summary>Inappropriate ioctl for device.</summary>
    ENOTTY = 25,

    /// <summary>Numerical result out of range.</summary>
    ERANGE = 34,

    /// <summary>File name too long.</summary>
    ENAMETOOLONG = 36,

    /// <summary>Protocol error.</summary>
    EPROTO = 71,

    /// <summary>File descriptor in bad state; of a TAP: the interface was deleted.</summary>
    EBADFD = 77,

    /// <summary>Message too long.</summary>
    EMSGSIZE = 90,

    /// <summary>Operation not supported.</summary>
    EOPNOTSUPP = 95,

    /// <summary>Cannot assign requested address.</summary>
    EADDRNOTAVAIL = 99,

    /// <summary>Network is down.</summary>
    ENETDOWN = 100,

    /// <summary>Network is unreachable.</summary>
    ENETUNREACH = 101,

    /// <summary>No buffer space available; of netlink: messages were lost.</summary>
    ENOBUFS = 105,
}
