using VSwitch.Devices;
using VSwitch.Forwarding.Bridging;
using VSwitch.Forwarding.Layer3;
using VSwitch.Forwarding.Tracing;
using VSwitch.Frames;

namespace VSwitch.Forwarding;

/// <summary>Step 6: sends a burst as planned, one send a port.</summary>
/// <remarks>Belongs to one thread.</remarks>
internal sealed class Egress
{
    private readonly int _pipeline;
    private readonly FanOut _fanOut;
    private readonly BridgeEgress _bridge;
    private readonly PacketEgress _packets;

    /// <param name="pipeline">The pipeline's number: says which queue of a port is its own.</param>
    /// <param name="batchCapacity">Frames of a burst at most.</param>
    /// <param name="witness">Sees what becomes of each frame; null where nobody ever does.</param>
    internal Egress(int pipeline, int batchCapacity, SendWitness? witness = null)
    {
        _pipeline = pipeline;
        _fanOut = new(witness);
        _packets = new(batchCapacity);
        Mirrors = new(pipeline, _fanOut);
        _bridge = new(pipeline, batchCapacity, Mirrors, _fanOut);
    }

    /// <summary>Shows frames where mirrors want them.</summary>
    internal MirrorSender Mirrors { get; }

    /// <param name="batch">The burst.</param>
    /// <param name="plan">Where each frame goes.</param>
    /// <param name="model">The ports.</param>
    /// <param name="tracer">Whoever wants to see some of them go; null for nobody.</param>
    internal void Send(FrameBatch batch, EgressPlan plan, SwitchModel model, BurstTracer? tracer = null)
    {
        if (plan.HasFloods)
        {
            foreach (ForwardingPort port in model.UpPorts)
            {
                Send(batch, plan, port, model, tracer);
            }

            return;
        }

        foreach (int port in plan.Ports())
        {
            Send(batch, plan, model.At(port), model, tracer);
        }
    }

    private void Send(FrameBatch batch, EgressPlan plan, ForwardingPort port, SwitchModel model, BurstTracer? tracer)
    {
        ReadOnlySpan<int> frames = plan.FramesFor(port.Id.Index);
        if (tracer is null)
        {
            Send(batch, frames, port, model);
        }
        else
        {
            SendOneByOne(batch, frames, port, model, tracer);
        }
    }

    /// <summary>So that what one frame adds to the counters says what became of it.</summary>
    private void SendOneByOne(FrameBatch batch, ReadOnlySpan<int> frames, ForwardingPort port, SwitchModel model, BurstTracer tracer)
    {
        foreach (int i in frames)
        {
            var counters = new TrafficCounters();
            Send(batch, [i], port.With(counters), model);
            port.Counters.Add(counters);
            if (tracer.IsTraced(i))
            {
                tracer.Sent(i, port, counters);
            }
        }
    }

    private void Send(FrameBatch batch, ReadOnlySpan<int> frames, ForwardingPort port, SwitchModel model)
    {
        if (frames.Length > 0 && model.Bridge is { } bridge)
        {
            frames = _bridge.Prepare(batch, frames, port, model, bridge);
        }

        if (frames.Length == 0)
        {
            return;
        }

        if (port.Layer3 is null)
        {
            _fanOut.Send(batch, frames, port.QueueOf(_pipeline));
        }
        else
        {
            _packets.Send(batch, frames, port, port.QueueOf(_pipeline), _fanOut);
        }
    }
}
