using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Joining;

/// <summary>Who is attached to a joiner at one moment; immutable, read once a burst.</summary>
internal sealed class JoinerModel
{
    private readonly NestedDevice?[] _byIndex;

    internal JoinerModel(IReadOnlyCollection<NestedDevice> devices, NestedDevice? @default, JoinerOptions options)
    {
        Devices = [.. devices];
        Default = @default;
        _byIndex = new NestedDevice?[devices.Count == 0 ? 0 : devices.Max(d => d.Port.Index) + 1];
        foreach (NestedDevice device in devices)
        {
            _byIndex[device.Port.Index] = device;
        }

        IsUp = devices.Any(d => d.IsUp);
        Mtu = devices.Count == 0 ? options.EmptyMtu : devices.Min(d => d.Mtu);
        Capabilities = new DeviceCapabilities
        {
            BatchSize = options.BatchSize,
            ReceiveHeadroom = devices.Select(d => d.Capabilities.ReceiveHeadroom).DefaultIfEmpty().Max(),
            SendHeadroom = devices.Select(d => d.Capabilities.SendHeadroom).DefaultIfEmpty().Max(),
            ReceiveOffloads = devices.Aggregate(OffloadKinds.None, (all, d) => all | d.Capabilities.ReceiveOffloads),
            SendOffloads = options.LinkLayer == LinkLayer.Ethernet ? OffloadKinds.All // what a device can't do, the fan-out does
                : devices.Count == 0 ? OffloadKinds.None
                : devices.Aggregate(OffloadKinds.All, (all, d) => all & d.Capabilities.SendOffloads),
        };
    }

    internal NestedDevice[] Devices { get; }

    /// <summary>Where goes what nobody is known for.</summary>
    internal NestedDevice? Default { get; }

    /// <summary>Some device's link is up.</summary>
    internal bool IsUp { get; }

    /// <summary>The smallest of the devices.</summary>
    internal int Mtu { get; }

    internal DeviceCapabilities Capabilities { get; }

    /// <summary>Where a packet goes whose destination is behind a port: to its device, or to the default, or, null, nowhere.</summary>
    internal NestedDevice? Route(PortId owner)
    {
        NestedDevice?[] devices = _byIndex;
        int index = owner.Index;
        return (uint)index < (uint)devices.Length && devices[index] is { } device && device.Port == owner ? device : Default;
    }

    /// <summary>The device at a place; only for places that <see cref="Route"/> answered with.</summary>
    internal NestedDevice At(int index) => _byIndex[index]!;
}
