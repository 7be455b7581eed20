namespace VSwitch.Captures.Files;

/// <summary>Writes a capture file, front to end, in the byte order little-endian; nothing is ever sought, so any stream will do.</summary>
/// <remarks>
/// A packet allocates nothing. Times that a format has no place for are brought to the nearest that it has; of a packet the first 262,144 octets are written,
/// for no reader takes more; its length on the wire is written as it is. Not thread safe.
/// Source: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng.
/// </remarks>
public sealed class CaptureWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly bool _leavesOpen;
    private readonly OutputBuffer _output;
    private readonly RecordWriter _records;
    private bool _isClosed;

    private CaptureWriter(Stream stream, bool leavesOpen, CaptureFormat format, IReadOnlyList<string> comments)
    {
        _stream = stream;
        _leavesOpen = leavesOpen;
        _output = new OutputBuffer(stream);
        _records = format == CaptureFormat.Pcapng ? new PcapngWriter(_output, comments) : new PcapWriter(_output, format);
    }

    /// <summary>Octets written so far, those included that <see cref="Flush"/> has not given to the stream yet.</summary>
    public long Octets => _output.Octets;

    /// <summary>Begins a capture on a stream.</summary>
    /// <param name="stream">It need not be able to seek.</param>
    /// <param name="format">Any but <see cref="CaptureFormat.ModifiedPcap"/>.</param>
    /// <param name="leaveOpen">Whether it stays open when the writer is closed.</param>
    /// <param name="comments">Comments on the file; classic pcap has no place for them.</param>
    /// <exception cref="ArgumentException">A format that is not written.</exception>
    public static CaptureWriter Create(
        Stream stream, CaptureFormat format = CaptureFormat.Pcapng, bool leaveOpen = false, IReadOnlyList<string>? comments = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ThrowIfNotWritten(format);
        return new CaptureWriter(stream, leaveOpen, format, comments ?? []);
    }

    /// <summary>Begins a capture in a file; one that is there is overwritten.</summary>
    /// <exception cref="ArgumentException">A format that is not written.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to, or it is a folder.</exception>
    public static CaptureWriter Create(string path, CaptureFormat format = CaptureFormat.Pcapng)
    {
        ThrowIfNotWritten(format);
        return new CaptureWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 1), leavesOpen: false, format, []);
    }

    /// <summary>Adds an interface: before its packets, at any time with pcapng.</summary>
    /// <returns>It as it is written, with the number that its packets are to name.</returns>
    /// <exception cref="InvalidOperationException">Classic pcap has one already; or the link type has no place in the format.</exception>
    public CaptureInterface AddInterface(CaptureInterface like)
    {
        ArgumentNullException.ThrowIfNull(like);
        return _records.AddInterface(like);
    }

    /// <summary>Writes a packet; classic pcap leaves out what it has no place for.</summary>
    /// <exception cref="ArgumentException">Its interface has no number that <see cref="AddInterface"/> gave.</exception>
    public void Write(in CapturedPacket packet)
    {
        int index = packet.Interface.Index;
        if ((uint)index >= (uint)_records.InterfaceCount)
        {
            throw new ArgumentException($"interface {index} was not added: there are {_records.InterfaceCount}", nameof(packet));
        }

        _records.Write(packet);
    }

    /// <summary>Gives all to the stream, and flushes it.</summary>
    public void Flush()
    {
        _output.Flush();
        _stream.Flush();
    }

    /// <summary>Ends the file, and closes the stream unless it is to stay open.</summary>
    public void Dispose()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        try
        {
            _records.End();
            Flush();
        }
        finally
        {
            if (!_leavesOpen)
            {
                _stream.Dispose();
            }
        }
    }

    private static void ThrowIfNotWritten(CaptureFormat format)
    {
        if (format is not (CaptureFormat.Pcap or CaptureFormat.NanosecondPcap or CaptureFormat.Pcapng))
        {
            throw new ArgumentException($"{format} is not written: pcap and pcapng are", nameof(format));
        }
    }
}
