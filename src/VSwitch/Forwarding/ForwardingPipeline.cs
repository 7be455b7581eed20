using VSwitch.Devices;
using VSwitch.Filtering;
using VSwitch.Forwarding.Bridging;
using VSwitch.Forwarding.Capturing;
using VSwitch.Forwarding.Layer3;
using VSwitch.Forwarding.Tracing;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Tracing;

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
    private readonly BurstCapture _capture;
    private readonly Egress _egress;
    private readonly BridgeIngress _bridgeIngress;
    private readonly LoopProber _loopProber;
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
        _capture = new BurstCapture(state);
        _egress = new Egress(index, state.BurstFrames, _capture);
        _bridgeIngress = new BridgeIngress(state.Own, _egress.Mirrors);
        _loopProber = new LoopProber(state.Own.Counters, _egress);
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
                Forward(model, _state.TimeAt(timestamp));
            }

            return _batch.Count;
        }
        finally
        {
            _capture.End();
            Interlocked.Increment(ref _bursts);
        }
    }

    /// <summary>Does what the time brings: asks again for neighbours, gives them up; looks for loops.</summary>
    internal void Advance()
    {
        Interlocked.Increment(ref _bursts);
        try
        {
            SwitchModel model = _state.Model;
            BurstTime time = _state.TimeAt(_state.Time.GetTimestamp());
            _batch.Clear();
            _capture.Begin(_batch, model, time);
            _layer3.Advance(model, time);
            _loopProber.Advance(model, time.Milliseconds);
        }
        finally
        {
            _capture.End();
            Interlocked.Increment(ref _bursts);
        }
    }

    private void Forward(SwitchModel model, BurstTime time)
    {
        _capture.Begin(_batch, model, time);
        _plan.Clear();
        if (model.Layer3 is not null)
        {
            PacketIngress.Encapsulate(_batch, model.Layer3);            //    bare packets become frames
        }

        BurstTracer? tracer = _state.Tracing is { } sessions
            ? BurstTracer.Begin(sessions, _batch, _addresses, model, _state.FilteringDatabase, time.Seconds)
            : null;
        Forward(model, time, tracer);
        tracer?.End();
    }

    private void Forward(SwitchModel model, BurstTime time, BurstTracer? tracer)
    {
        Admit(model, time);                                             // 2. runts, tags, lies, policies: what may enter
        Screen(model);                                                  //    who may be a router or a DHCP server
        tracer?.Admitted();
        Learn(model, time);                                             // 3. every source first: the whole burst sees one database
        tracer?.Learned();
        if (model.Layer3 is not null)
        {
            if (model.Bridge is not null)
            {
                TagShaper.Untag(_batch, VlanId.Default);
            }

            _layer3.Process(model, time);                               // 4. next hops, ARP, ND
            tracer?.Routed();
        }

        _resolver.Resolve(_batch, _addresses, model, time, _plan);      // 5. every destination: one port, a flood, or none
        tracer?.Resolved(_plan);
        _egress.Send(_batch, _plan, model, tracer);                     // 6. one send a port and burst
    }

    /// <summary>Says what would become of a frame. Nothing is learned; who receives it is up to the devices of the model.</summary>
    /// <remarks>The internet layer is left out: it holds state that a frame which nobody has sent must not change.</remarks>
    /// <param name="model">The switch, with devices, counters and gates that nobody else has.</param>
    /// <param name="database">Says who is where; it learns nothing.</param>
    /// <param name="ingress">Where the frame comes in.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="offload">What is left to do on it.</param>
    /// <param name="layer3">The internet layer: what it has a say in ends in front of it.</param>
    internal ForwardingTrace Rehearse(
        SwitchModel model, FilteringDatabase database, PortId ingress, ReadOnlySpan<byte> frame, in OffloadInfo offload, Layer3Model? layer3)
    {
        BurstTime time = _state.TimeAt(_state.Time.GetTimestamp());
        _batch.Clear();
        _plan.Clear();
        _batch.TryAppend(frame, in offload);
        _batch[0].Ingress = ingress;
        BurstTracer tracer = BurstTracer.Rehearse(_batch, _addresses, model, _state.FilteringDatabase, time.Seconds);
        Admit(model, time);
        Screen(model);
        if (_batch[0].Drop == DropReason.None)
        {
            database.SketchInto(_state.FilteringDatabase, _addresses.Sources[0], _addresses.Destinations[0], ingress, time.Seconds);
        }

        tracer.Admitted();
        if (_batch[0].Drop == DropReason.None)
        {
            Learn(model, time);
            tracer.Learned();
            if (layer3 is not null && Layer3Stage.Concerns(_batch.Octets(0), _batch[0].Vlan, _addresses.Destinations[0].Mac, layer3))
            {
                tracer.NotRehearsed();
                return tracer.Result();
            }

            _resolver.Resolve(_batch, _addresses, model, time, _plan);
            tracer.Resolved(_plan);
            _egress.Send(_batch, _plan, model, tracer);
        }

        return tracer.Result();
    }

    private void Screen(SwitchModel model)
    {
        if (model.HasUntrusted)
        {
            ServerGuard.Screen(_batch, model);
        }
    }

    private void Learn(SwitchModel model, BurstTime time)
    {
        if (!model.IsWire)
        {
            _learner.Learn(_batch, _addresses, model, time);
        }
    }

    private void Admit(SwitchModel model, BurstTime time)
    {
        if (model.Bridge is { } bridge)
        {
            _bridgeIngress.Admit(_batch, _addresses, model, bridge, time);
        }
        else if (model.IsWire)
        {
            IngressFilter.AdmitAll(_batch, _addresses, model);
        }
        else
        {
            IngressFilter.Admit(_batch, _addresses, model);
        }
    }
}
