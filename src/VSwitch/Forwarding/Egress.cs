using VSwitch.Devices;
using VSwitch.Forwarding.Layer3;
using VSwitch.Frames;

namespace VSwitch.Forwarding;

/// <summary>Step 6: sends a burst as planned, one send a port.</summary>
/// <remarks>Belongs to one thread.</remarks>
/// <param name="pipeline">The pipeline's number: says which queue of a port is its own.</param>
/// <param name="batchCapacity">Frames of a burst at most.</param>
internal sealed class Egress(int pipeline, int batchCapacity)
{
    private readonly FanOut _fanOut = new();
    private readonly PacketEgress _packets = new(batchCapacity);

    internal void Send(FrameBatch batch, EgressPlan plan, SwitchModel model)
    {
        if (plan.HasFloods)
        {
            foreach (ForwardingPort port in model.UpPorts)
            {
                Send(batch, plan, port);
            }

            return;
        }

        foreach (int port in plan.Ports())
        {
            Send(batch, plan, model.At(port));
        }
    }

    private void Send(FrameBatch batch, EgressPlan plan, ForwardingPort port)
    {
        ReadOnlySpan<int> frames = plan.FramesFor(port.Id.Index);
        if (frames.Length == 0)
        {
            return;
        }

        if (port.Layer3 is null)
        {
            _fanOut.Send(batch, frames, port.QueueOf(pipeline));
        }
        else
        {
            _packets.Send(batch, frames, port, port.QueueOf(pipeline), _fanOut);
        }
    }
}
