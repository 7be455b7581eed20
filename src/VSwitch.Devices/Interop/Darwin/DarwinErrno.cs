namespace VSwitch.Devices;

/// <summary>Error numbers of macOS that this project tells apart: from 35 on they are not those of Linux.</summary>
/// <remarks>Source: sys/errno.h.</remarks>
internal enum DarwinErrno
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>Operation not permitted.</summary>
    EPERM = 1,

    /// <summary>Interrupted system call.</summary>
    EINTR = 4,

    /// <summary>Input/output error.</summary>
    EIO = 5,

    /// <summary>Device not configured: the interface is gone.</summary>
    ENXIO = 6,

    /// <summary>Bad file descriptor.</summary>
    EBADF = 9,

    /// <summary>Cannot allocate memory.</summary>
    ENOMEM = 12,

    /// <summary>Resource busy: the unit is taken.</summary>
    EBUSY = 16,

    /// <summary>Invalid argument.</summary>
    EINVAL = 22,

    /// <summary>Resource temporarily unavailable.</summary>
    EAGAIN = 35,

    /// <summary>Message too long.</summary>
    EMSGSIZE = 40,

    /// <summary>Network is down.</summary>
    ENETDOWN = 50,

    /// <summary>Connection reset: the other end of the control socket is gone.</summary>
    ECONNRESET = 54,

    /// <summary>No buffer space available.</summary>
    ENOBUFS = 55,

    /// <summary>Socket is not connected: likewise.</summary>
    ENOTCONN = 57,
}
