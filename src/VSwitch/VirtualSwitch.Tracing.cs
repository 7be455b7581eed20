using VSwitch.AccessControl;
using VSwitch.Devices;
using VSwitch.Forwarding;
using VSwitch.Forwarding.Bridging;
using VSwitch.Forwarding.Tracing;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.Tracing;

namespace VSwitch;

/// <content>Why frames go where they go.</content>
public sealed partial class VirtualSwitch
{
    private const int MaxSessions = 8;

    /// <summary>Writes down what becomes of the next frames that answer to a request.</summary>
    /// <returns>The traces; dispose of it when they are no longer wanted.</returns>
    /// <exception cref="ArgumentException">The request asks for no frame, or for too many.</exception>
    /// <exception cref="InvalidOperationException">Too many ask at once.</exception>
    public TraceSession StartTrace(TraceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Count, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Count, TraceRequest.MaxCount, nameof(request));
        lock (_configuring)
        {
            TraceSession[] sessions = _state.Tracing ?? [];
            if (sessions.Length == MaxSessions)
            {
                throw new InvalidOperationException($"{MaxSessions} others trace frames already: wait until one has ended");
            }

            var session = new TraceSession(request, EndTrace);
            _state.Tracing = [.. sessions, session];
            return session;
        }
    }

    /// <summary>Says what would become of a frame if it came in by a port now: the stages decide as they would, but nothing is sent, learned, counted or used up.</summary>
    /// <param name="port">Where it would come in; a port of Ethernet.</param>
    /// <param name="frame">From the Ethernet header on.</param>
    /// <param name="offload">What would be left to do on it.</param>
    /// <remarks>
    /// Step 4, the internet layer, is not foretold: a frame in which it has a say ends there, and a trace of real frames (<see cref="StartTrace"/>) shows it. Rates count as not used up. Any thread.
    /// </remarks>
    /// <exception cref="ArgumentException">The port is not in the switch, carries bare IP packets, or the frame is longer than any.</exception>
    public ForwardingTrace Explain(SwitchPort port, ReadOnlySpan<byte> frame, OffloadInfo offload = default)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(frame.Length, FrameBatch.MaxFrameLength, nameof(frame));
        if (port.Forwarding.Layer3 is not null)
        {
            throw new ArgumentException($"{port.Name} carries bare IP packets: trace real ones instead", nameof(port));
        }

        SwitchModel model;
        lock (_configuring)
        {
            if (_ports.GetValueOrDefault(port.Name) != port)
            {
                throw new ArgumentException($"port {port.Name} is not in the switch", nameof(port));
            }

            model = MakeRehearsal();
        }

        return new ForwardingPipeline(0, _state.ForRehearsal()).Rehearse(model, FilteringDatabase, port.Id, frame, in offload, _state.Model.Layer3);
    }

    private void EndTrace(TraceSession session)
    {
        lock (_configuring)
        {
            TraceSession[] rest = [.. (_state.Tracing ?? []).Where(s => s != session)];
            _state.Tracing = rest.Length > 0 ? rest : null;
        }
    }

    /// <summary>The switch as it is, but with devices that take everything and do nothing, and with counters and meters of its own.</summary>
    private SwitchModel MakeRehearsal()
    {
        Dictionary<PortId, ForwardingPort> stages = _portList.ToDictionary(
            p => p.Id, p => p.Forwarding.Rehearsing(new SilentDevice(p.Queues[0], p.Forwarding.Mtu)));
        bool IsUp(ForwardingPort port) => _state.Model.IsUp(port.Id);
        BridgeModel? bridge = _state.Model.Bridge is null
            ? null
            : new BridgeModel(
                [.. _portList.Select(p => new BridgePort(stages[p.Id], Uncounted(p.Policy), new PortMeters(p.Policy)))],
                IsUp,
                _bridge with { Mirrors = [], Peer = _bridge.Peer is null ? null : new SilentPeer() },
                _services with { Moves = null });
        return new SwitchModel(stages.Values, IsUp, new TrafficCounters(), bridge: bridge) { IsWire = _options.IsWire };
    }

    private static PortPolicy Uncounted(PortPolicy policy) => policy with
    {
        IngressAccess = policy.IngressAccess is { } ingress ? new AccessList(ingress.Name, ingress.Rules) : null,
        EgressAccess = policy.EgressAccess is { } egress ? new AccessList(egress.Name, egress.Rules) : null,
    };
}
