using System.Runtime.InteropServices;

namespace VSwitch.Devices.Utun;

/// <summary>A system call of macOS failed at set-up: one line with the interface, the call, the error in words and, where one is known, the cure.</summary>
public sealed class UtunException : IOException
{
    internal UtunException(string subject, string call, int errno)
        : base(Compose(subject, call, errno))
    {
        Subject = subject;
        Call = call;
        Errno = errno;
    }

    /// <summary>The interface that it was about.</summary>
    public string Subject { get; }

    /// <summary>The system call or ioctl.</summary>
    public string Call { get; }

    /// <summary>The error number of macOS, which is not always that of Linux.</summary>
    public int Errno { get; }

    /// <summary>The exception for the call that has just failed with SetLastError.</summary>
    internal static UtunException Last(string subject, string call) => new(subject, call, Marshal.GetLastPInvokeError());

    private static string Compose(string subject, string call, int errno)
    {
        string? cure = (DarwinErrno)errno switch
        {
            DarwinErrno.EPERM => "run as root",
            DarwinErrno.EBUSY => "the unit is in use: choose another, or leave the choice to the kernel with an empty name",
            _ => null,
        };
        string text = $"{subject}: {call}: {Marshal.GetPInvokeErrorMessage(errno)}";
        return cure is null ? text : $"{text}: {cure}";
    }
}
