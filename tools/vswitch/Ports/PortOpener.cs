using VSwitch.Devices;
using VSwitch.Identifiers;
using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;

namespace VSwitch.Tool.Ports;

/// <summary>Makes the device that a <see cref="PortSpec"/> describes.</summary>
internal static class PortOpener
{
    /// <exception cref="LinuxException">The kernel refused; nothing is left behind.</exception>
    internal static L2Dev Open(PortSpec spec)
    {
        L2Dev device = L2Dev.Open(new TunTapOptions
        {
            Name = spec.Name,
            Namespace = spec.Namespace,
            Mtu = spec.Mtu,
            HardwareAddress = spec.HardwareAddress,
            Queues = spec.Queues,
            Offload = spec.Offload,
        });
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
