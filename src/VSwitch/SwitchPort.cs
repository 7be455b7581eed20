using VSwitch.Devices;
using VSwitch.Forwarding;
using VSwitch.Forwarding.Bridging;
using VSwitch.Identifiers;
using VSwitch.Policies;

namespace VSwitch;

/// <summary>A device that is plugged into a switch.</summary>
public sealed class SwitchPort
{
    internal SwitchPort(string name, IPacketDevice device, ForwardingPort forwarding)
    {
        Name = name;
        Device = device;
        Forwarding = forwarding;
    }

    /// <summary>The port's name, unique in its switch.</summary>
    public string Name { get; }

    /// <summary>The port's number, for as long as it is plugged in.</summary>
    public PortId Id => Forwarding.Id;

    /// <summary>The device.</summary>
    public IPacketDevice Device { get; }

    /// <summary>The device's queues, to be marked ready in the pipelines that receive from them.</summary>
    public IReadOnlyList<AttachedDevice> Queues => Forwarding.Queues;

    /// <summary>What went through the port.</summary>
    public TrafficCounters Counters => Forwarding.Counters;

    /// <summary>The device's link is up, as far as its events have said; false for good once unplugged.</summary>
    public bool IsUp { get; internal set; } = true;

    /// <summary>Octets of the longest packet that the device takes, without the 14 of the Ethernet header, as far as its events have said.</summary>
    public int Mtu => Forwarding.Mtu;

    /// <summary>The MAC address that the switch speaks with for a device of bare IP packets; null for an Ethernet device, whose stations have their own.</summary>
    public MacAddress? HardwareAddress => Forwarding.Layer3?.HardwareAddress;

    /// <summary>VLANs, and what else the bridge does with frames of the port: see <see cref="VirtualSwitch.SetPolicy"/>.</summary>
    public PortPolicy Policy { get; internal set; } = PortPolicy.None;

    /// <summary>Why the port neither sends nor receives though its link is up, if so.</summary>
    public PortBlock Block { get; internal set; }

    internal ForwardingPort Forwarding { get; }

    /// <summary>The stations that are here for good, in the VLANs by which they are found.</summary>
    internal IReadOnlyList<StationKey> Settled { get; set; } = [];

    /// <summary>The token buckets of the policy.</summary>
    internal PortMeters Meters { get; set; } = new(PortPolicy.None);
}
