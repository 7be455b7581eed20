using VSwitch.Capturing;
using VSwitch.Devices;
using VSwitch.Forwarding;
using VSwitch.Frames;
using VSwitch.Testing.Recording;

namespace VSwitch.Testing.Running;

/// <summary>Runs one switch of a lab, frame by frame, and records what came in and went out.</summary>
/// <remarks>One thread. A burst is one frame: no frame is forwarded by what only a later one has taught the switch.</remarks>
internal sealed class SwitchRunner
{
    private const int LeastBuffer = 1 << 19;
    private const int IdBits = 48;
    private const int RecordOverhead = 256; // more than the octets that a record takes beside the frame

    private readonly VirtualClock _clock;
    private readonly Journal _journal;
    private readonly ForwardingPipeline[] _pipelines;
    private readonly Dictionary<string, JournalPort> _ports = new(StringComparer.Ordinal);
    private readonly string _prefix;
    private readonly long _epoch;
    private readonly ulong _idBase;
    private CaptureSession _session;
    private long _correction;
    private long _room;
    private long _lastAdvance;
    private long _lastRecord;
    private int _next;

    /// <param name="vswitch">The switch.</param>
    /// <param name="clock">Its clock.</param>
    /// <param name="journal">Takes the frames.</param>
    /// <param name="number">The switch's, in the lab: packet ids are unique in a switch only.</param>
    /// <param name="prefix">Stands in front of its ports' names there.</param>
    /// <param name="pipelines">That take turns.</param>
    internal SwitchRunner(VirtualSwitch vswitch, VirtualClock clock, Journal journal, int number, string prefix, int pipelines)
    {
        (Switch, _clock, _journal, _prefix) = (vswitch, clock, journal, prefix);
        _idBase = (ulong)number << IdBits;
        _epoch = clock.UnixNanoseconds - clock.Nanoseconds;
        _lastAdvance = clock.Nanoseconds;
        _pipelines = [.. Enumerable.Range(0, pipelines).Select(_ => vswitch.CreatePipeline())];
        _session = StartCapture(LeastBuffer);
    }

    internal VirtualSwitch Switch { get; }

    /// <summary>When the switch wants to be told of the time, counted like the clock's nanoseconds.</summary>
    internal long NextAdvance => _lastAdvance + (Switch.AdvanceInterval.Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>Plugs a device in.</summary>
    internal PluggedDevice Plug(LabDevice device, PortOptions? options)
    {
        device.Say(DeviceEvent.Up);
        SwitchPort port = Switch.AddPort(device, device.Name, options);
        _room += device.Mtu + RecordOverhead;
        if (2 * _room > _session.Request.BufferOctets)
        {
            Restart();
        }

        return new PluggedDevice(this, port, device, JournalOf(device.Name, device.LinkLayer));
    }

    /// <summary>Receives a frame at a port, and forwards it.</summary>
    /// <returns>False when the port has been unplugged.</returns>
    internal bool Receive(PluggedDevice at, ReadOnlyMemory<byte> frame)
    {
        ForwardingPipeline pipeline = _pipelines[_next];
        _next = _next + 1 == _pipelines.Length ? 0 : _next + 1;
        at.Device.Put(frame);
        pipeline.MarkReady(at.Port.Queues[0]);
        while (pipeline.HasReady)
        {
            pipeline.RunBurst();
        }

        Drain();
        return !at.Device.TakeBack();
    }

    /// <summary>Has the switch do what is due, now.</summary>
    internal void Advance()
    {
        _lastAdvance = _clock.Nanoseconds;
        Switch.Advance();
        Drain();
    }

    /// <summary>Received + replicated - sent - dropped, over everything that ever was: what the switch holds.</summary>
    internal long Unaccounted()
    {
        TrafficCounters totals = Switch.GetTotals();
        return totals.ReceivedFrames + totals.Replicated - totals.SentFrames - totals.TotalDrops();
    }

    private CaptureSession StartCapture(int buffer)
    {
        _correction = _clock.UnixNanoseconds % TimeSpan.NanosecondsPerTick; // the session knows when it began by the time of day, which has no finer ticks
        return Switch.StartCapture(new CaptureRequest { BufferOctets = buffer });
    }

    private void Restart()
    {
        Drain();
        _session.Dispose();
        _session = StartCapture((int)Math.Min(4 * _room, CaptureRequest.MaxBufferOctets));
    }

    private void Drain()
    {
        while (_session.TryRead(out CapturedFrame frame))
        {
            _lastRecord = Math.Max(_lastRecord, frame.Timestamp + _correction - _epoch);
            _journal.Add(in frame, JournalOf(frame.Port.Name, frame.Port.LinkLayer), _lastRecord, _idBase);
        }

        if (_session.Lost > 0)
        {
            throw new InvalidOperationException($"{_session.Lost} frames found no room in the lab's record: a frame was flooded as more octets than {_session.Request.BufferOctets}");
        }
    }

    private JournalPort JournalOf(string name, LinkLayer linkLayer)
    {
        if (!_ports.TryGetValue(name, out JournalPort? port))
        {
            _ports.Add(name, port = _journal.AddPort(_prefix + name, linkLayer));
        }

        return port;
    }
}
