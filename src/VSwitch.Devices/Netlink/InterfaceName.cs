using System.Text;

namespace VSwitch.Devices.Netlink;

/// <summary>What the kernel takes as the name of an interface, checked before it cuts or mangles it.</summary>
/// <remarks>Source: dev_valid_name in net/core/dev.c; IFNAMSIZ in linux/if.h.</remarks>
internal static class InterfaceName
{
    /// <summary>Octets of the longest name.</summary>
    internal const int MaxLength = Interop.Libc.IFNAMSIZ - 1;

    /// <summary>Refuses what is no name.</summary>
    /// <param name="name"><c>%d</c> may stand in it once, for a number that the kernel chooses.</param>
    /// <exception cref="LinuxException">With the cure.</exception>
    internal static void Check(string name)
    {
        const string Call = "interface name";
        if (Encoding.UTF8.GetByteCount(name) > MaxLength)
        {
            throw new LinuxException(name, Call, Errno.ENAMETOOLONG, $"take at most {MaxLength} octets");
        }

        if (name.Length == 0 || name is "." or ".." || name.Any(c => c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            throw new LinuxException($"'{name}'", Call, Errno.EINVAL, "take one without slash, colon and white space");
        }

        int percent = name.IndexOf('%', StringComparison.Ordinal);
        if (percent >= 0 && (name.LastIndexOf('%') != percent || percent + 1 == name.Length || name[percent + 1] != 'd'))
        {
            throw new LinuxException(name, Call, Errno.EINVAL, "% stands once and before d: %d, a number that the kernel chooses");
        }
    }

    /// <summary>Whether the kernel completes the name.</summary>
    internal static bool IsPattern(string name) => name.Contains('%', StringComparison.Ordinal);
}
