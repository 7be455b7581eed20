using VSwitch.Frames;
using VSwitch.Policies;
using VSwitch.Testing.Running;
using VSwitch.Vlans;

namespace VSwitch.Testing;

/// <summary>A switch of a <see cref="SwitchLab"/>.</summary>
public sealed class LabSwitch
{
    private const int DefaultMtu = 1500;
    private const int MaxMtu = 65_535;

    private readonly SwitchLab _lab;
    private readonly List<LabPort> _ports = [];

    internal LabSwitch(SwitchLab lab, string name, SwitchRunner runner) => (_lab, Name, Runner) = (lab, name, runner);

    /// <summary>Its name in the lab; empty for the one that is there when nothing else is said.</summary>
    public string Name { get; }

    /// <summary>The switch itself, to be configured and looked at as in production. Its time is the lab's: who calls <see cref="VirtualSwitch.Run"/> or plugs in other devices is on his own.</summary>
    public VirtualSwitch Switch => Runner.Switch;

    /// <summary>The ports that the lab has made, in that order.</summary>
    public IReadOnlyList<LabPort> Ports => _ports;

    internal SwitchRunner Runner { get; }

    /// <summary>Plugs a station in.</summary>
    /// <param name="name">Unique in the switch.</param>
    /// <param name="options">VLANs, policies, addresses; null for a port that is a member of all VLANs.</param>
    /// <param name="mtu">Octets of the longest packet, without the Ethernet header: 1 to 65,535.</param>
    /// <param name="linkLayer">Whether the station sends Ethernet frames or bare IP packets, as at a TUN.</param>
    /// <exception cref="ArgumentException">The name is taken, or an option does not fit.</exception>
    public LabPort AddPort(string name, PortOptions? options = null, int mtu = DefaultMtu, LinkLayer linkLayer = LinkLayer.Ethernet)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mtu, MaxMtu);
        var port = new LabPort(_lab, this, Runner.Plug(new LabDevice(name, linkLayer, mtu), options));
        _ports.Add(port);
        return port;
    }

    /// <summary>Plugs a station in, at a port with a policy.</summary>
    /// <inheritdoc cref="AddPort(string, PortOptions?, int, LinkLayer)"/>
    /// <param name="name">Unique in the switch.</param>
    /// <param name="policy">What the bridge does with its frames.</param>
    public LabPort AddPort(string name, PortPolicy policy) => AddPort(name, new PortOptions { Policy = policy });

    /// <summary>Plugs a station in, at a port with VLANs.</summary>
    /// <inheritdoc cref="AddPort(string, PortOptions?, int, LinkLayer)"/>
    /// <param name="name">Unique in the switch.</param>
    /// <param name="vlans">Its VLANs.</param>
    public LabPort AddPort(string name, PortVlans vlans) => AddPort(name, new PortPolicy { Vlans = vlans });
}
