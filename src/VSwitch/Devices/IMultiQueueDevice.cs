namespace VSwitch.Devices;

/// <summary>A device with several queues, each usable by a thread of its own (IFF_MULTI_QUEUE).</summary>
public interface IMultiQueueDevice : IPacketDevice
{
    /// <summary>The queues, this device's own first; they share name, MTU, events and life.</summary>
    IReadOnlyList<IPacketDevice> Queues { get; }
}
