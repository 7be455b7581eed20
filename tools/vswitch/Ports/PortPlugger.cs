using VSwitch.Devices;
using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Devices.Workers;
using VSwitch.Identifiers;
using VSwitch.Terminal;

namespace VSwitch.Tool.Ports;

/// <summary>Opens a port's device and plugs it in.</summary>
internal static class PortPlugger
{
    /// <param name="host">Runs the switch.</param>
    /// <param name="spec">The port.</param>
    /// <param name="say">Hears how the replay of capture files went.</param>
    /// <exception cref="UserException">It can't be opened, or does not fit; nothing is left behind.</exception>
    internal static void Plug(SwitchHost host, PortSpec spec, Action<string> say)
    {
        MacAddress? address = spec.HardwareAddress;
        try
        {
            if (spec.Kind == PortKind.Pcap)
            {
                host.AddPort(PortOpener.OpenFiles(spec, say), spec.PortName, spec.PortOptions);
            }
            else
            {
                host.AddPort(spec.PortName, OpenWithSameAddress, spec.PortOptions);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{spec.PortName}: {error.Message.TrimEnd('.')}", error);
        }
        catch (ObjectDisposedException error)
        {
            throw new UserException($"{spec.PortName}: the interface was deleted while it was being set up: try again", error);
        }
        catch (Exception error) when (error is LinuxException or ArgumentException or InvalidOperationException)
        {
            throw new UserException(UserException.TextOf(error), error);
        }

        // A TAP that is opened again is the same station to its neighbours.
        TunTapDevice OpenWithSameAddress()
        {
            TunTapDevice device = PortOpener.Open(spec with { HardwareAddress = address });
            address = (device as L2Dev)?.HardwareAddress ?? address;
            return device;
        }
    }
}
