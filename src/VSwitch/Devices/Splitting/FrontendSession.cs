using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Splitting;

/// <summary>A frontend from one Up to the next Down: the queue of packets for it, and those who wait to send.</summary>
internal sealed class FrontendSession
{
    internal FrontendSession(string name, int index, int queueOctets, TrafficCounters counters)
    {
        // Whatever the backend gives passes whole and unchecked: its MTU and its offloads are the frontend's.
        (PipeDevice inside, Outside) = PipeDevice.CreatePair(name, FrameBatch.MaxFrameLength, OffloadKinds.All, queueOctets);
        Inside = new AttachedDevice(inside, new PortId(index, 0), counters);
    }

    /// <summary>Where the pump puts packets in.</summary>
    internal AttachedDevice Inside { get; }

    /// <summary>Where the frontend takes them out.</summary>
    internal PipeDevice Outside { get; }

    /// <summary>Who waits until the backend can take something.</summary>
    internal WaitSource Senders { get; } = new();

    /// <summary>Releases all who wait; what was queued is lost.</summary>
    internal void End()
    {
        _ = Outside.DisposeAsync().AsTask(); // a pipe closes at once
        Senders.Signal(false);
    }
}
