using VSwitch.Devices.TunTap;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Tap;

/// <summary>A TAP: an Ethernet interface of Linux whose cable ends in this process.</summary>
/// <remarks>Frames without FCS. Source: Documentation/networking/tuntap.rst.</remarks>
public sealed class L2Dev : TunTapDevice
{
    private L2Dev(TunTapOptions options)
        : base(options, LinkLayer.Ethernet)
    {
    }

    /// <summary>The MAC address of the kernel's end; follows a change.</summary>
    public MacAddress HardwareAddress => LinkAddress;

    /// <summary>Makes a TAP, or attaches to a persistent one.</summary>
    /// <exception cref="LinuxException">One line with cause and cure; nothing is left behind.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number in the options is out of range.</exception>
    public static L2Dev Open(TunTapOptions options) => new(options);

    /// <summary>Makes a TAP with all else as in the default options.</summary>
    /// <param name="name">Empty: the kernel chooses.</param>
    /// <exception cref="LinuxException">One line with cause and cure; nothing is left behind.</exception>
    public static L2Dev Open(string name = "") => new(new TunTapOptions { Name = name });
}
