using VSwitch.Devices;
using VSwitch.Devices.Tap;
using VSwitch.Devices.Tun;
using VSwitch.Devices.TunTap;
using VSwitch.Identifiers;

namespace VSwitch.Tool.Ports;

/// <summary>Makes the device that a <see cref="PortSpec"/> describes.</summary>
internal static class PortOpener
{
    /// <exception cref="LinuxException">The kernel refused; nothing is left behind.</exception>
    internal static TunTapDevice Open(PortSpec spec)
    {
        var options = new TunTapOptions
        {
            Name = spec.Name,
            Namespace = spec.Namespace,
            Mtu = spec.Mtu,
            HardwareAddress = spec.Kind == PortKind.Tap ? spec.HardwareAddress : null,
            Queues = spec.Queues,
            Offload = spec.Offload,
        };
        TunTapDevice device = spec.Kind == PortKind.Tap ? L2Dev.Open(options) : L3Dev.Open(options);
        try
        {
            foreach (IpPrefix address in spec.Addresses)
            {
                if (address.IsIPv6)
                {
                    device.SetIPv6(address);
                }
                else
                {
                    device.SetIPv4(address);
                }
            }

            return device;
        }
        catch
        {
            device.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }
    }
}
