using VSwitch.Devices;
using VSwitch.Filtering;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Tracing;

namespace VSwitch.Forwarding.Tracing;

/// <summary>Writes down what the steps do with frames that somebody asked about. It looks at the burst between the steps; the steps know nothing of it.</summary>
/// <remarks>Belongs to one burst. It allocates and takes its time: it is there only while somebody asks.</remarks>
internal sealed class BurstTracer
{
    private readonly List<TracedFrame> _frames = [];
    private readonly FrameBatch _batch;
    private readonly FrameAddresses _addresses;
    private readonly SwitchModel _model;
    private readonly FilteringDatabase _database;
    private readonly uint _seconds;

    private BurstTracer(FrameBatch batch, FrameAddresses addresses, SwitchModel model, FilteringDatabase database, uint seconds) =>
        (_batch, _addresses, _model, _database, _seconds) = (batch, addresses, model, database, seconds);

    /// <summary>Looks for frames that somebody asked about.</summary>
    /// <returns>Null when there is none in the burst.</returns>
    internal static BurstTracer? Begin(
        TraceSession[] sessions, FrameBatch batch, FrameAddresses addresses, SwitchModel model, FilteringDatabase database, uint seconds)
    {
        BurstTracer? tracer = null;
        for (int i = 0; i < batch.Count; i++)
        {
            string ingress = model.NameOf(batch[i].Ingress);
            TracedFrame? frame = null;
            foreach (TraceSession session in sessions)
            {
                if (session.Wants(ingress, batch.Octets(i)))
                {
                    (frame ??= new(i, ingress, batch.Octets(i), isHypothetical: false)).Sessions.Add(session);
                }
            }

            if (frame is not null)
            {
                (tracer ??= new(batch, addresses, model, database, seconds)).Add(frame);
            }
        }

        return tracer;
    }

    /// <summary>Traces the only frame of a batch, which nobody has sent.</summary>
    internal static BurstTracer Rehearse(FrameBatch batch, FrameAddresses addresses, SwitchModel model, FilteringDatabase database, uint seconds)
    {
        var tracer = new BurstTracer(batch, addresses, model, database, seconds);
        tracer.Add(new(0, model.NameOf(batch[0].Ingress), batch.Octets(0), isHypothetical: true));
        return tracer;
    }

    /// <summary>Behind step 2.</summary>
    internal void Admitted()
    {
        foreach (TracedFrame frame in _frames)
        {
            DropReason reason = _batch[frame.Index].Drop;
            frame.Note(2, nameof(IngressFilter), reason, IngressExplanation.Of(reason, _batch, frame.Index, _model));
            StationKey source = _addresses.Sources[frame.Index];
            frame.SourceBefore = !frame.IsDone && _database.TryGet(source, _seconds, out FilteringEntry entry) ? entry : null;
        }
    }

    /// <summary>Behind step 3.</summary>
    internal void Learned()
    {
        foreach (TracedFrame frame in Alive())
        {
            DropReason reason = _batch[frame.Index].Drop;
            StationKey source = _addresses.Sources[frame.Index];
            FilteringEntry? now = _database.TryGet(source, _seconds, out FilteringEntry entry) ? entry : null;
            frame.Note(3, nameof(Learner), reason, LearningExplanation.Of(reason, source, frame.SourceBefore, now, _batch[frame.Index], _model));
            frame.DestinationBefore = _addresses.Destinations[frame.Index];
        }
    }

    /// <summary>Behind step 4.</summary>
    internal void Routed()
    {
        foreach (TracedFrame frame in Alive())
        {
            DropReason reason = _batch[frame.Index].Drop;
            StationKey to = _addresses.Destinations[frame.Index];
            string text = reason == DropReason.Taken ? "the switch itself is the receiver, or holds the packet until its next hop has answered"
                : reason != DropReason.None ? DropReasons.Describe(reason)
                : to != frame.DestinationBefore ? $"routed: the next hop is {to.Mac}"
                : "no business of the internet layer";
            frame.Note(4, nameof(Layer3.Layer3Stage), reason, text);
        }
    }

    /// <summary>In place of step 4, for a frame that nobody has sent.</summary>
    internal void NotRehearsed() => _frames[0].Note(
        4, nameof(Layer3.Layer3Stage), DropReason.None, "the internet layer decides what becomes of it (ARP, neighbour discovery, routing): that is not foretold, only seen in real frames");

    /// <summary>Behind step 5.</summary>
    internal void Resolved(EgressPlan plan)
    {
        foreach (TracedFrame frame in Alive())
        {
            DropReason reason = _batch[frame.Index].Drop;
            StationKey to = _addresses.Destinations[frame.Index];
            FilteringEntry? entry = !to.IsGroup && _database.TryGet(to, _seconds, out FilteringEntry found) ? found : null;
            string[] ports = [.. _model.UpPorts.Where(p => plan.FramesFor(p.Id.Index).Contains(frame.Index)).Select(p => p.Name)];
            frame.Note(5, nameof(Resolver), reason, ResolvingExplanation.Of(reason, to, entry, ports, _batch[frame.Index], _model));
        }
    }

    /// <summary>Whether a frame's way out is to be seen.</summary>
    internal bool IsTraced(int index) => _frames.Exists(f => f.Index == index);

    /// <summary>In step 6: a frame was sent by a port, or not.</summary>
    /// <param name="index">Which frame.</param>
    /// <param name="port">The port.</param>
    /// <param name="counters">What it counted for this frame alone.</param>
    internal void Sent(int index, ForwardingPort port, TrafficCounters counters)
    {
        DropReason reason = DropReasons.All.FirstOrDefault(r => counters.Drops(r) > 0);
        bool isSent = counters.SentFrames > 0;
        string text = EgressExplanation.Of(reason, _batch, index, port, counters, _model);
        _frames.Find(f => f.Index == index)?.NoteEgress(port.Name, isSent, reason, text);
    }

    /// <summary>The burst is over: hands the traces out.</summary>
    internal void End()
    {
        foreach (TracedFrame frame in _frames)
        {
            ForwardingTrace trace = frame.ToTrace();
            frame.Sessions.ForEach(s => s.Add(trace));
        }
    }

    /// <summary>The trace of a frame that nobody has sent.</summary>
    internal ForwardingTrace Result() => _frames[0].ToTrace();

    private IEnumerable<TracedFrame> Alive() => _frames.Where(f => !f.IsDone);

    private void Add(TracedFrame frame)
    {
        _frames.Add(frame);
        FrameMetadata metadata = _batch[frame.Index];
        string offload = metadata.Offload.GsoType != GsoType.None ? $", a super-frame to be cut every {metadata.Offload.GsoSize} octets"
            : metadata.Offload.NeedsCsum ? ", its checksum unfinished"
            : "";
        string port = _model.NameOf(metadata.Ingress);
        frame.Note(1, nameof(FanIn), metadata.Drop, $"{metadata.Length} octets came in by {port}{offload}", port);
    }
}
