using VSwitch.Devices.TunTap;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Tun;

/// <summary>A TUN: an interface of Linux that carries bare IP packets, and whose other end is this process.</summary>
/// <remarks>Packets begin with the IPv4 or IPv6 header. Source: Documentation/networking/tuntap.rst.</remarks>
public sealed class L3Dev : TunTapDevice
{
    private L3Dev(TunTapOptions options)
        : base(options.HardwareAddress is null ? options : throw new ArgumentException("a TUN has no MAC address", nameof(options)), LinkLayer.Ip)
    {
    }

    /// <summary>The address that <see cref="SetAddress"/> set last; the default value before.</summary>
    public IpPrefix Address { get; private set; }

    /// <summary>Makes a TUN, or attaches to a persistent one.</summary>
    /// <exception cref="LinuxException">One line with cause and cure; nothing is left behind.</exception>
    /// <exception cref="ArgumentException">The options do not fit a TUN.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux; on macOS a TUN is a UtunDevice.</exception>
    public static L3Dev Open(TunTapOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(options);
    }

    /// <summary>Makes a TUN with all else as in the default options.</summary>
    /// <param name="name">Empty: the kernel chooses.</param>
    /// <exception cref="LinuxException">One line with cause and cure; nothing is left behind.</exception>
    public static L3Dev Open(string name = "") => new(new TunTapOptions { Name = name });

    /// <summary>Gives the interface an address of either family, beside those it has, and brings it up.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public void SetAddress(IpPrefix address)
    {
        AddAddress(address);
        Address = address;
    }
}
