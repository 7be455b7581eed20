using VSwitch.Devices;
using VSwitch.Forwarding.Layer3;
using VSwitch.Frames;

namespace VSwitch.Forwarding;

/// <summary>The way of a frame, for one thread: receive a burst, forward it, send it, and only then look for more.</summary>
/// <remarks>
/// Belongs to one thread. A switch has as many pipelines as threads; they share its filtering database and its model, and nothing else. The steps
/// bear the numbers of docs/architecture.md.
/// </remarks>
public sealed class ForwardingPipeline
{
    private readonly SwitchState _state;
    private readonly FrameBatch _batch;
    private readonly FrameAddresses _addresses;
    private readonly EgressPlan _plan;
    private readonly FanIn _fanIn = new();
    private readonly Learner _learner;
    private readonly Resolver _resolver;
    private readonly Egress _egress;
    private readonly Layer3Stage _layer3;
    private long _bursts;

    internal ForwardingPipeline(int index, SwitchState state)
    {
        _state = state;
        _batch = new FrameBatch(state.BurstFrames);
        _addresses = new FrameAddresses(state.BurstFrames);
        _plan = new EgressPlan(state.BurstFrames);
        _learner = new Learner(state.FilteringDatabase, state.BurstFrames);
        _resolver = new Resolver(state.FilteringDatabase, state.BurstFrames);
        _egress = new Egress(index, state.BurstFrames);
        _layer3 = new Layer3Stage(state.Layer3, _batch, _addresses, _resolver, _egress);
    }

    /// <summary>Some device that was marked ready may still have something.</summary>
    public bool HasReady => _fanIn.HasReady;

    /// <summary>Odd while a burst is under way: who waits for an old model to fall out of use looks at it.</summary>
    internal long Bursts => Volatile.Read(ref _bursts);

    /// <summary>Says that a device has something to receive; it is asked until it has nothing more.</summary>
    public void MarkReady(AttachedDevice device) => _fanIn.MarkReady(device);

    /// <summary>Forwards one burst.</summary>
    /// <returns>Frames received; 0 when no device had any.</returns>
    public int RunBurst()
    {
        Interlocked.Increment(ref _bursts);
        try
        {
            SwitchModel model = _state.Model;
            long timestamp = _state.Time.GetTimestamp();
            _batch.Clear();
            _fanIn.Receive(_batch, timestamp);                          // 1. what has come in, and by which port
            if (_batch.Count > 0)
            {
                Forward(model, timestamp);
            }

            return _batch.Count;
        }
        finally
        {
            Interlocked.Increment(ref _bursts);
        }
    }

    /// <summary>Does what the time brings in the internet layer: asks again for neighbours, gives them up.</summary>
    internal void Advance()
    {
        Interlocked.Increment(ref _bursts);
        try
        {
            _layer3.Advance(_state.Model, _state.MillisecondsAt(_state.Time.GetTimestamp()));
        }
        finally
        {
            Interlocked.Increment(ref _bursts);
        }
    }

    private void Forward(SwitchModel model, long timestamp)
    {
        uint now = _state.SecondsAt(timestamp);
        _plan.Clear();
        if (model.Layer3 is not null)
        {
            PacketIngress.Encapsulate(_batch, model.Layer3);            //    bare packets become frames
        }

        IngressFilter.Admit(_batch, _addresses, model);                 // 2. runts, tags, lies: what may enter
        if (model.HasUntrusted)
        {
            ServerGuard.Screen(_batch, model);                          //    who may be a router or a DHCP server
        }

        _learner.Learn(_batch, _addresses, model, now);                 // 3. every source first: the whole burst sees one database
        if (model.Layer3 is not null)
        {
            _layer3.Process(model, _state.MillisecondsAt(timestamp));   // 4. next hops, ARP, ND
        }

        _resolver.Resolve(_batch, _addresses, model, now, _plan);       // 5. every destination: one port, a flood, or none
        _egress.Send(_batch, _plan, model);                             // 6. one send a port and burst
    }
}
