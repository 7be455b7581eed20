using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Devices;

/// <summary>A device that a <see cref="FanIn"/> receives from and a <see cref="FanOut"/> sends to: one queue of one port.</summary>
public class AttachedDevice
{
    internal AttachedDevice(IPacketDevice device, PortId port, TrafficCounters counters, int queue = 0)
    {
        Device = device;
        Port = port;
        Counters = counters;
        Queue = queue;
        BatchSize = device.Capabilities.BatchSize;
        IsNative = device.Capabilities.IsNative;
        SendOffloads = device.Capabilities.SendOffloads;
        LinkLayer = device.LinkLayer;
        HeaderOctets = LinkLayer.HeaderLength();
    }

    /// <summary>The device.</summary>
    public IPacketDevice Device { get; }

    /// <summary>The port that the device is a queue of.</summary>
    public PortId Port { get; internal set; }

    /// <summary>Which of the port's queues, from 0.</summary>
    public int Queue { get; }

    /// <summary>The port's counters.</summary>
    internal TrafficCounters Counters { get; }

    internal int BatchSize { get; }

    internal bool IsNative { get; }

    internal OffloadKinds SendOffloads { get; }

    internal LinkLayer LinkLayer { get; }

    /// <summary>Octets of a frame that the device's MTU does not count.</summary>
    internal int HeaderOctets { get; }

    /// <summary>Unplugged: nothing more is received from it.</summary>
    internal bool IsDetached { get; set; }

    /// <summary>In the round of its fan-in; belongs to that.</summary>
    internal bool IsReady { get; set; }

    /// <summary>Errors of the device since it last gave a frame; the fan-in counts them.</summary>
    internal int FaultsInARow { get; set; }

    /// <summary>The device had nothing more and left the round of its fan-in; on the receiving thread.</summary>
    internal virtual void WentDry()
    {
    }

    /// <summary>The device threw while it was received from or sent to; on that thread.</summary>
    internal virtual void Failed(Exception error)
    {
    }

    /// <summary>The device's MTU as of now, in octets; a device that is closed or throws has none.</summary>
    internal int AskMtu(out DropReason failure)
    {
        failure = DropReason.None;
        try
        {
            return Device.Mtu;
        }
        catch (ObjectDisposedException)
        {
            failure = DropReason.LinkDown;
        }
        catch (Exception)
        {
            failure = DropReason.DeviceFault; // one fault stays in one port
        }

        return 0;
    }
}
