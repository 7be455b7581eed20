using VSwitch.Identifiers;

namespace VSwitch.Devices.Splitting;

/// <summary>The device behind a splitter, as long as it is attached.</summary>
internal sealed class SplitBackend : AttachedDevice
{
    private readonly Splitter _splitter;

    internal SplitBackend(Splitter splitter, IPacketDevice device, TrafficCounters counters)
        : base(device, PortId.None, counters)
    {
        _splitter = splitter;
        Capabilities = device.Capabilities;
        FrontendCapabilities = Capabilities with { BatchSize = SplitterOptions.BatchSize, IsNative = false };
        Mtu = device.Mtu;
    }

    internal DeviceCapabilities Capabilities { get; }

    /// <summary>What frontends say of themselves while this is their backend.</summary>
    internal DeviceCapabilities FrontendCapabilities { get; }

    /// <summary>As the device said last.</summary>
    internal int Mtu { get; set; }

    /// <summary>As the device said last; under the splitter's lock.</summary>
    internal bool IsUp { get; set; } = true;

    /// <summary>Signalled when the device is up again, or detached.</summary>
    internal WaitSource Woken { get; } = new();

    /// <summary>Somebody wants to know when the device can take something; under the splitter's lock.</summary>
    internal bool IsRoomWanted { get; set; }

    /// <summary>Signalled when <see cref="IsRoomWanted"/> becomes true, or the device is detached.</summary>
    internal WaitSource RoomWanted { get; } = new();

    internal override void Failed(Exception error)
    {
        const int MaxFaultsInARow = 1000; // temporary errors, if they are nothing else, come between packets
        bool passing = error is DeviceDownException || !DeviceError.IsTerminal(error);
        if (!passing || FaultsInARow >= MaxFaultsInARow)
        {
            _splitter.Expel(this);
        }
    }
}
