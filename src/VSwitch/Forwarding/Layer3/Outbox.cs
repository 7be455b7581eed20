using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Layer3;

/// <summary>Frames that the switch sends beside those of the burst: its own, and packets that have waited. They go out before the burst does.</summary>
/// <remarks>Belongs to one thread. Full, it is sent at once: nothing is lost for want of room.</remarks>
internal sealed class Outbox(int capacity, Resolver resolver, Egress egress, TrafficCounters own)
{
    private readonly FrameBatch _batch = new(capacity);
    private readonly FrameAddresses _addresses = new(capacity);
    private readonly EgressPlan _plan = new(capacity);
    private SwitchModel _model = SwitchModel.Empty;
    private BurstTime _time;

    /// <summary>Frames in it, to be given a destination.</summary>
    internal FrameBatch Batch => _batch;

    /// <summary>A burst begins.</summary>
    internal void Begin(SwitchModel model, BurstTime time)
    {
        _model = model;
        _time = time;
    }

    /// <summary>Makes sure that a frame has room.</summary>
    internal FrameBatch MakeRoom()
    {
        if (_batch.Free == 0)
        {
            Send();
        }

        return _batch;
    }

    /// <summary>Room for a frame of the switch's own, to be written and then posted.</summary>
    internal Span<byte> NewFrame() => MakeRoom().NextSlot()[FrameBatch.Headroom..];

    /// <summary>Posts the frame that was written into <see cref="NewFrame"/>, its Ethernet header first.</summary>
    internal void Post(int length)
    {
        MacAddress destination = MacAddress.Read(_batch.NextSlot()[FrameBatch.Headroom..]);
        ref FrameMetadata frame = ref _batch.Append(length);
        frame.Ingress = PortId.Switch;
        frame.Vlan = VlanId.Default;
        Address(_batch.Count - 1, destination);
        own.Received(1, length);
    }

    /// <summary>Says whom a frame is for.</summary>
    internal void Address(int index, MacAddress destination) =>
        _addresses.Destinations[index] = new StationKey(_batch[index].Vlan, destination);

    /// <summary>Sends what is in it.</summary>
    internal void Send()
    {
        if (_batch.Count > 0)
        {
            _plan.Clear();
            resolver.Resolve(_batch, _addresses, _model, _time, _plan);
            egress.Send(_batch, _plan, _model);
            _batch.Clear();
        }
    }
}
