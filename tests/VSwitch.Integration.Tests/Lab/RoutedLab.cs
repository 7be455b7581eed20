using System.Net;
using System.Net.Sockets;
using VSwitch.Identifiers;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>A lab whose stations are each in a network of their own, with a gateway of the switch as their way to all others.</summary>
/// <remarks>Station 0 is 10.88.1.1 and fd00:88:1::1, its gateway 10.88.1.254 and fd00:88:1::fe; station 1 is 10.88.2.1, and so on.</remarks>
internal static class RoutedLab
{
    /// <param name="kinds">A station each.</param>
    /// <param name="shape">What is to be different about the port of a station.</param>
    /// <param name="configure">Further gateways and routes.</param>
    internal static async Task<SwitchLab> Start(
        PortKind[] kinds, Func<int, PortSpec, PortSpec>? shape = null, Action<VirtualSwitch>? configure = null)
    {
        SwitchLab lab = new(
            kinds.Length,
            (i, spec) =>
            {
                PortSpec own = spec with { Kind = kinds[i], Addresses = [new(Station(i, v6: false), 24), new(Station(i, v6: true), 64)] };
                return shape?.Invoke(i, own) ?? own;
            },
            configure: made =>
            {
                for (int i = 0; i < kinds.Length; i++)
                {
                    made.AddGateway(new IpPrefix(Gateway(i, AddressFamily.InterNetwork), 24));
                    made.AddGateway(new IpPrefix(Gateway(i, AddressFamily.InterNetworkV6), 64));
                }

                configure?.Invoke(made);
            });
        try
        {
            for (int i = 0; i < kinds.Length; i++)
            {
                await lab.Succeed(i, Programs.Ip, "route", "add", "default", "via", $"{Gateway(i, AddressFamily.InterNetwork)}");
                await lab.Succeed(i, Programs.Ip, "-6", "route", "add", "default", "via", $"{Gateway(i, AddressFamily.InterNetworkV6)}", "dev", lab[i].Interface);
            }

            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>The switch's address in the network of a station.</summary>
    internal static IPAddress Gateway(int station, AddressFamily family) =>
        IPAddress.Parse(family == AddressFamily.InterNetwork ? $"10.88.{station + 1}.254" : $"fd00:88:{station + 1}::fe");

    private static IPAddress Station(int station, bool v6) => IPAddress.Parse(v6 ? $"fd00:88:{station + 1}::1" : $"10.88.{station + 1}.1");
}
