using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Joining;

/// <summary>Who is attached to a joiner at one moment; immutable, read once a burst.</summary>
internal sealed class JoinerModel
{
    /// <summary>No device.</summary>
    internal const int Nowhere = -1;

    private readonly NestedDevice?[] _byIndex;
    private readonly PortId[] _ids;     // None where there is no device
    private readonly int _defaultIndex;

    internal JoinerModel(IReadOnlyCollection<NestedDevice> devices, NestedDevice? @default, JoinerOptions options)
    {
        Devices = [.. devices];
        Default = @default;
        _byIndex = new NestedDevice?[devices.Count == 0 ? 0 : devices.Max(d => d.Port.Index) + 1];
        _ids = new PortId[_byIndex.Length];
        Array.Fill(_ids, PortId.None);
        foreach (NestedDevice device in devices)
        {
            _byIndex[device.Port.Index] = device;
            _ids[device.Port.Index] = device.Port;
        }

        _defaultIndex = @default?.Port.Index ?? Nowhere;

        IsUp = devices.Any(d => d.IsUp);
        Mtu = devices.Count == 0 ? options.EmptyMtu : devices.Min(d => d.Mtu);
        Capabilities = new DeviceCapabilities
        {
            BatchSize = options.BatchSize,
            ReceiveHeadroom = devices.Select(d => d.Capabilities.ReceiveHeadroom).DefaultIfEmpty().Max(),
            SendHeadroom = devices.Select(d => d.Capabilities.SendHeadroom).DefaultIfEmpty().Max(),
            ReceiveOffloads = devices.Aggregate(OffloadKinds.None, (all, d) => all | d.Capabilities.ReceiveOffloads),
            SendOffloads = OffloadKinds.All, // what a device can't do, the fan-out does
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

    /// <summary>The place of the device that gets a packet whose destination is behind a port: its own, the default's, or <see cref="Nowhere"/>.</summary>
    internal int Route(PortId owner)
    {
        PortId[] ids = _ids;
        int index = owner.Index;
        return (uint)index < (uint)ids.Length && ids[index] == owner ? index : _defaultIndex;
    }

    /// <summary>The device at a place; only for places that <see cref="Route"/> answered with.</summary>
    internal NestedDevice At(int index) => _byIndex[index]!;
}
