using VSwitch.Capturing;
using VSwitch.Devices;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Forwarding.Capturing;

/// <summary>Copies the frames of a burst for whoever captures: when they have come in, and each time one goes out. The steps know nothing of it.</summary>
/// <remarks>Belongs to one pipeline. What came in is handed out at the end of the burst, when it is known what became of it.</remarks>
internal sealed class BurstCapture(SwitchState state) : SendWitness
{
    private const int None = -1;

    private CaptureSession[] _sessions = [];
    private long[] _places = []; // of each session, a row of records: one for each frame that came in
    private FrameBatch? _burst;
    private int _frames;
    private ulong _firstId;
    private long _nanoseconds;

    /// <summary>Behind step 1: copies what has come in.</summary>
    /// <param name="burst">The burst; empty for what the switch sends without having received anything.</param>
    /// <param name="model">The ports.</param>
    /// <param name="time">When.</param>
    internal void Begin(FrameBatch burst, SwitchModel model, BurstTime time)
    {
        if (state.Capturing is not { } sessions)
        {
            return;
        }

        IsActive = true;
        (_sessions, _burst, _frames, _nanoseconds) = (sessions, burst, burst.Count, time.Nanoseconds);
        _firstId = state.TakePacketIds(_frames);
        if (_places.Length < sessions.Length * _frames)
        {
            _places = new long[sessions.Length * burst.Capacity];
        }

        for (int s = 0; s < sessions.Length; s++)
        {
            Span<long> places = Places(s);
            for (int i = 0; i < _frames; i++)
            {
                places[i] = sessions[s].Wants(burst[i].Ingress, CaptureDirections.In) && model.Find(burst[i].Ingress) is { } port
                    ? Copy(sessions[s], burst, i, port.Id, port.Queues[0].LinkLayer, CaptureDirections.In)
                    : None;
            }
        }
    }

    /// <inheritdoc/>
    internal override void Sent(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to) => Note(batch, which, to, DropReason.None);

    /// <inheritdoc/>
    internal override void Refused(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to, DropReason reason) => Note(batch, which, to, reason);

    /// <summary>Behind the last step: hands out what came in.</summary>
    internal void End()
    {
        if (!IsActive)
        {
            return;
        }

        for (int s = 0; s < _sessions.Length; s++)
        {
            Span<long> places = Places(s);
            for (int i = 0; i < places.Length; i++)
            {
                if (places[i] >= 0)
                {
                    _sessions[s].Finish(places[i], _burst![i].Drop, _burst[i].Vlan);
                }
            }
        }

        IsActive = false;
    }

    private void Note(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to, DropReason reason)
    {
        foreach (CaptureSession session in _sessions)
        {
            if (!session.Wants(to.Port, CaptureDirections.Out))
            {
                continue;
            }

            foreach (int i in which)
            {
                long place = Copy(session, batch, i, to.Port, to.LinkLayer, CaptureDirections.Out);
                if (place >= 0)
                {
                    session.Finish(place, reason, batch[i].Vlan);
                }
            }
        }
    }

    private long Copy(CaptureSession session, FrameBatch batch, int index, PortId port, LinkLayer linkLayer, CaptureDirections direction)
    {
        ReadOnlySpan<byte> octets = batch.Octets(index);
        var record = new CaptureRecord
        {
            Nanoseconds = _nanoseconds,
            PacketId = batch == _burst && index < _frames ? _firstId + (ulong)index : 0,
            Port = port,
            Length = octets.Length,
            Direction = direction,
            Offload = batch[index].Offload,
        };
        return session.Begin(octets, linkLayer, ref record);
    }

    private Span<long> Places(int session) => _places.AsSpan(session * _frames, _frames);
}
