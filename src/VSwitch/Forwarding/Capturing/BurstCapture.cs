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
    private Offer[] _offers = []; // likewise of what was offered to a device
    private int _offered;
    private FrameBatch? _offeredIn;
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
    /// <remarks>The copies get their places in the order now, before an answer to them can.</remarks>
    internal override void Offering(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to)
    {
        (_offeredIn, _offered) = (batch, which.Length);
        if (_offers.Length < _sessions.Length * which.Length)
        {
            _offers = new Offer[_sessions.Length * Math.Max(which.Length, batch.Capacity)];
        }

        int at = 0;
        foreach (CaptureSession session in _sessions)
        {
            bool isWanted = session.Wants(to.Port, CaptureDirections.Out);
            foreach (int i in which)
            {
                _offers[at++] = new Offer(i, isWanted ? Copy(session, batch, i, to.Port, to.LinkLayer, CaptureDirections.Out) : None);
            }
        }
    }

    /// <inheritdoc/>
    internal override void Taken(int count)
    {
        for (int s = 0; s < _sessions.Length; s++)
        {
            for (int i = 0; i < _offered; i++)
            {
                (int index, long place) = _offers[(s * _offered) + i];
                if (place < 0)
                {
                    continue;
                }

                if (i < count)
                {
                    _sessions[s].Finish(place, DropReason.None, _offeredIn![index].Vlan);
                }
                else
                {
                    _sessions[s].Discard(place);
                }
            }
        }
    }

    /// <inheritdoc/>
    internal override void Refused(FrameBatch batch, ReadOnlySpan<int> which, AttachedDevice to, DropReason reason)
    {
        Offering(batch, which, to);
        for (int s = 0; s < _sessions.Length; s++)
        {
            foreach ((int index, long place) in _offers.AsSpan(s * _offered, _offered))
            {
                if (place >= 0)
                {
                    _sessions[s].Finish(place, reason, batch[index].Vlan);
                }
            }
        }
    }

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

    private readonly record struct Offer(int Index, long Place);
}
