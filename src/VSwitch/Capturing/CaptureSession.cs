using System.Runtime.InteropServices;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Capturing;

/// <summary>A capture that is under way. To be disposed of: the switch copies frames until then.</summary>
/// <remarks>One thread reads. The README of this folder has the theory of operation.</remarks>
public sealed class CaptureSession : IDisposable
{
    private const int WordBits = 64;
    private const int MaxKnown = 4 * PortId.MaxPorts;

    private readonly Action<CaptureSession> _end;
    private readonly long _start;
    private readonly CaptureRing _ring;
    private Dictionary<PortId, CapturePort> _ports = [];
    private ulong[] _wanted = [];
    private bool _isReading;
    private long _lost;

    /// <param name="request">What is asked for.</param>
    /// <param name="start">When the switch was made, in nanoseconds since 1970.</param>
    /// <param name="end">Has the switch forget the session.</param>
    internal CaptureSession(CaptureRequest request, long start, Action<CaptureSession> end)
    {
        (Request, _start, _end) = (request, start, end);
        _ring = new CaptureRing(request.BufferOctets);
        SnapLength = Math.Min(request.SnapLength, _ring.MaxRecord - CaptureRecord.Size);
    }

    /// <summary>What was asked for.</summary>
    public CaptureRequest Request { get; }

    /// <summary>Octets of a frame that are kept.</summary>
    public int SnapLength { get; }

    /// <summary>The ports that there are, and those that were, while the session has been.</summary>
    public IReadOnlyCollection<CapturePort> Ports => Volatile.Read(ref _ports).Values;

    /// <summary>Frames that found no room, because nobody read in time: forwarding never waits.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Octets that wait to be read.</summary>
    public long Waiting => _ring.Waiting;

    /// <summary>The next frame. The one before is given back, with its octets.</summary>
    /// <returns>False when there is none now.</returns>
    public bool TryRead(out CapturedFrame frame)
    {
        bool isThere = TryReadRecord(out ReadOnlySpan<byte> record);
        frame = isThere ? Frame(record) : default;
        return isThere;
    }

    /// <summary>Ends the capture; what waits can still be read.</summary>
    public void Dispose() => _end(this);

    /// <summary>Takes note of the ports; a port that is no more is remembered for what waits, as long as they are not too many.</summary>
    internal void Know(IReadOnlyCollection<CapturePort> ports)
    {
        var known = _ports.Count < MaxKnown ? new Dictionary<PortId, CapturePort>(_ports) : [];
        var wanted = new ulong[ports.Select(p => (p.Id.Index / WordBits) + 1).DefaultIfEmpty().Max()];
        foreach (CapturePort port in ports)
        {
            known[port.Id] = port;
            if (Request.Ports is null || Request.Ports.Contains(port.Name))
            {
                wanted[port.Id.Index / WordBits] |= 1UL << port.Id.Index;
            }
        }

        Volatile.Write(ref _ports, known);
        Volatile.Write(ref _wanted, wanted);
    }

    /// <summary>Whether frames that go that way at a port are wanted.</summary>
    internal bool Wants(PortId port, CaptureDirections direction)
    {
        ulong[] wanted = Volatile.Read(ref _wanted);
        int word = port.Index / WordBits;
        return (Request.Directions & direction) != 0 && word < wanted.Length && (wanted[word] & (1UL << port.Index)) != 0;
    }

    /// <summary>Copies a frame, if it looks as it should.</summary>
    /// <param name="octets">The frame.</param>
    /// <param name="linkLayer">What it begins with.</param>
    /// <param name="record">All but what is kept; its time counts from the making of the switch.</param>
    /// <returns>Its place, to be finished by <see cref="Finish"/>; negative when it is not wanted, or lost.</returns>
    internal long Begin(ReadOnlySpan<byte> octets, LinkLayer linkLayer, ref CaptureRecord record)
    {
        if (!Matches(octets, linkLayer))
        {
            return -1;
        }

        record.Kept = Math.Min(octets.Length, SnapLength);
        long place = _ring.TryReserve(CaptureRecord.Size + record.Kept);
        if (place < 0)
        {
            Interlocked.Increment(ref _lost);
            return place;
        }

        Span<byte> memory = _ring.Octets(place, CaptureRecord.Size + record.Kept);
        MemoryMarshal.Write(memory, in record);
        octets[..record.Kept].CopyTo(memory[CaptureRecord.Size..]);
        return place;
    }

    /// <summary>Lets the reader have a frame, unless it is not wanted after all.</summary>
    internal void Finish(long place, DropReason drop, VlanId vlan)
    {
        ref CaptureRecord record = ref MemoryMarshal.AsRef<CaptureRecord>(_ring.Octets(place, CaptureRecord.Size));
        record.Drop = drop;
        record.Vlan = vlan;
        bool isWanted = (Request.Vlans is not { } vlans || vlans.Contains(vlan))
            && (!Request.OnlyDropped || drop is not (DropReason.None or DropReason.Taken));
        _ring.Commit(place, CaptureRecord.Size + record.Kept, isVoid: !isWanted);
    }

    /// <summary>The next frame as it lies in memory.</summary>
    internal bool TryReadRecord(out ReadOnlySpan<byte> record)
    {
        if (_isReading)
        {
            _ring.Release();
        }

        _isReading = _ring.TryPeek(out long place);
        record = _isReading ? Finished(place) : default;
        return _isReading;
    }

    /// <summary>A frame is not to be read after all.</summary>
    internal void Discard(long place) =>
        _ring.Commit(place, CaptureRecord.Size + MemoryMarshal.AsRef<CaptureRecord>(_ring.Octets(place, CaptureRecord.Size)).Kept, isVoid: true);

    /// <summary>What a record says.</summary>
    internal CapturedFrame Frame(ReadOnlySpan<byte> memory)
    {
        CaptureRecord record = MemoryMarshal.Read<CaptureRecord>(memory);
        return new CapturedFrame
        {
            Port = Volatile.Read(ref _ports).GetValueOrDefault(record.Port) ?? new CapturePort(record.Port, "unplugged", LinkLayer.Ethernet),
            Direction = record.Direction,
            Timestamp = _start + record.Nanoseconds,
            PacketId = record.PacketId,
            Octets = memory[CaptureRecord.Size..],
            Length = record.Length,
            Vlan = record.Vlan,
            Drop = record.Drop,
            GsoSize = record.Offload.GsoType == GsoType.None ? 0 : record.Offload.GsoSize,
        };
    }

    private bool Matches(ReadOnlySpan<byte> octets, LinkLayer linkLayer) => linkLayer == LinkLayer.Ethernet
        ? Request.Filter?.Matches(octets) ?? true
        : Request.PacketFilter?.Matches(octets) ?? Request.Filter is null;

    private Span<byte> Finished(long place)
    {
        CaptureRecord record = MemoryMarshal.Read<CaptureRecord>(_ring.Octets(place, CaptureRecord.Size));
        Span<byte> memory = _ring.Octets(place, CaptureRecord.Size + record.Kept);
        FinishChecksum(memory[CaptureRecord.Size..], in record);
        return memory;
    }

    // What came in may lie about its checksum: it was copied before anybody looked.
    private static void FinishChecksum(Span<byte> octets, in CaptureRecord record)
    {
        OffloadInfo offload = record.Offload;
        if (offload.NeedsCsum && record.Kept == record.Length && offload.CsumStart + offload.CsumOffset + sizeof(ushort) <= octets.Length)
        {
            ChecksumCompletion.Complete(octets[offload.CsumStart..], offload.CsumOffset, mangleZero: true);
        }
    }
}
