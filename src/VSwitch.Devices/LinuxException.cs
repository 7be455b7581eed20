using System.Runtime.InteropServices;

namespace VSwitch.Devices;

/// <summary>A system call failed at set-up: one line with the interface, the call, the error in words and, where one is known, the cure.</summary>
/// <example><c>tap0: TUNSETIFF: Operation not permitted: run as root or give the binary CAP_NET_ADMIN</c></example>
public sealed class LinuxException : IOException
{
    internal LinuxException(string subject, string call, Errno errno, string? cure = null)
        : base(Compose(subject, call, errno, cure ?? Cures.Find(call, errno)))
    {
        Subject = subject;
        Call = call;
        Errno = errno;
    }

    /// <summary>The interface, namespace or file that it was about.</summary>
    public string Subject { get; }

    /// <summary>The system call, ioctl or netlink message.</summary>
    public string Call { get; }

    /// <summary>The kernel's error number.</summary>
    public Errno Errno { get; }

    /// <summary>The exception for the call that has just failed with SetLastError.</summary>
    internal static LinuxException Last(string subject, string call, string? cure = null) =>
        new(subject, call, (Errno)Marshal.GetLastPInvokeError(), cure);

    private static string Compose(string subject, string call, Errno errno, string? cure)
    {
        string text = $"{subject}: {call}: {Marshal.GetPInvokeErrorMessage((int)errno)}";
        return cure is null ? text : $"{text}: {cure}";
    }
}
