using VSwitch.Captures.Files;

namespace VSwitch.Captures.Recording;

/// <summary>Writes a capture into one file, or a row of files by size or time. Each is whole by itself: all interfaces are in each.</summary>
/// <remarks>
/// What was flushed stays readable whatever happens to the process. A write that fails ends the capture: the file is cut back to its last whole record, as far as it lets itself be. Not thread safe.
/// </remarks>
public sealed class CaptureFiles : IDisposable
{
    private const int OctetsAtOnce = 32 * 1024; // given to the file at the end of a record: whoever is killed leaves no half of one

    private readonly CaptureFileOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<string, Stream> _open;
    private readonly List<CaptureInterface> _given = [];  // as they come
    private readonly List<CaptureInterface> _written = []; // as they stand in this file
    private CaptureWriter? _writer;
    private Stream? _stream;
    private long _origin;       // where this capture begins in the stream
    private long _safe;         // octets of it that were flushed,
    private long _safePackets;  // and packets of all files
    private long _begun;
    private int _number;

    /// <param name="options">Where, and how much each.</param>
    /// <param name="time">Says how old a file is, and what it is called.</param>
    /// <param name="open">Opens a file to be written, by its path; null for the file system: one that is there is overwritten.</param>
    /// <exception cref="ArgumentException">The path and the limits don't go together; one line.</exception>
    public CaptureFiles(CaptureFileOptions options, TimeProvider time, Func<string, Stream>? open = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (options.MaxAge is not null && !CaptureFileName.TryCheck(options.Path, out string? problem))
        {
            throw new ArgumentException(problem);
        }

        (_options, _time) = (options, time);
        _open = open ?? (path => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0));
    }

    /// <summary>Packets written, to whichever file; after a failure only those that can be read.</summary>
    public long Written { get; private set; }

    /// <summary>Nothing more is written: a write failed, or as many files as were asked for are full, of a capture that does not begin again with the first.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Opens the first file, so that it is there though no packet may come.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to, or it is a folder.</exception>
    public void Begin() => _ = _writer ?? Open();

    /// <summary>Makes an interface of the capture known, so that it is in the files though no packet may come from it.</summary>
    /// <remarks>Classic pcap has no interfaces, but one link type: that of its first packet.</remarks>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Add(CaptureInterface known)
    {
        ArgumentNullException.ThrowIfNull(known);
        if (_options.Format == CaptureFormat.Pcapng && !IsFull)
        {
            Guarded(files => files.InterfaceOf(known));
        }
    }

    /// <summary>Writes a packet, whose interface is that of the capture it comes from.</summary>
    /// <exception cref="IOException">It can't be written; what was is left as well readable as can be.</exception>
    /// <exception cref="UnauthorizedAccessException">The next file can't be opened.</exception>
    public void Write(in CapturedPacket packet)
    {
        if (!IsFull && (_writer is null || IsOver()))
        {
            Next();
        }

        if (IsFull)
        {
            return;
        }

        try
        {
            CaptureInterface at = InterfaceOf(packet.Interface);
            _writer!.Write(new CapturedPacket
            {
                Interface = at,
                Timestamp = packet.Timestamp,
                Octets = packet.Octets,
                OriginalLength = packet.OriginalLength,
                Direction = packet.Direction,
                PacketId = packet.PacketId,
                DropCount = packet.DropCount,
                Comments = packet.Comments,
            });
            Written++;
        }
        catch (IOException)
        {
            CutBack();
            throw;
        }

        if (_writer.Octets - _safe >= OctetsAtOnce)
        {
            Flush();
        }
    }

    /// <summary>Gives all to the file.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Flush() => Guarded(files =>
    {
        files._writer?.Flush();
        (files._safe, files._safePackets) = (files._writer?.Octets ?? 0, files.Written);
    });

    /// <summary>Ends the file; nothing more is written then.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Dispose()
    {
        IsFull = true;
        Close();
    }

    private bool IsOver() =>
        _writer!.Octets >= _options.MaxOctets
        || (_options.MaxAge is { } age && _time.GetElapsedTime(_begun) >= age);

    private void Next()
    {
        if (_writer is not null)
        {
            Close();
            _number++;
        }

        if (_options.MaxAge is not null && _number >= _options.MaxFiles)
        {
            IsFull = true;
            return;
        }

        Open();
    }

    private CaptureWriter Open()
    {
        string path = _options.MaxAge is null ? _options.Path : CaptureFileName.At(_options.Path, _time.GetUtcNow());
        if (_options.MaxOctets is not null)
        {
            bool isRing = _options.MaxFiles is not null && _options.MaxAge is null;
            path = CaptureFileName.Numbered(path, isRing ? _number % _options.MaxFiles!.Value : _number, isRing ? _options.MaxFiles : null);
        }

        _stream = _open(path);
        _origin = _stream.CanSeek ? _stream.Length : 0; // standard output may have been written to before
        _safe = 0;
        _begun = _time.GetTimestamp();
        CaptureWriter writer = CaptureWriter.Create(_stream, _options.Format, leaveOpen: true);
        _writer = writer;
        _written.Clear();
        Guarded(files =>
        {
            foreach (CaptureInterface known in files._given)
            {
                files._written.Add(files.Put(known));
            }
        });
        Flush();
        return writer;
    }

    private void Close()
    {
        Guarded(files => files._writer?.Dispose());
        _stream?.Dispose();
        (_writer, _stream, _safePackets) = (null, null, Written);
    }

    private void Guarded(Action<CaptureFiles> write)
    {
        try
        {
            write(this);
        }
        catch (IOException)
        {
            CutBack();
            throw;
        }
    }

    private CaptureInterface InterfaceOf(CaptureInterface of)
    {
        if (of.Index < _given.Count && ReferenceEquals(_given[of.Index], of))
        {
            return _written[of.Index];
        }

        for (int i = 0; i < _given.Count; i++)
        {
            if (ReferenceEquals(_given[i], of))
            {
                return _written[i];
            }
        }

        if (_writer is null)
        {
            _given.Add(of); // the file gets it when it is opened
            return of;
        }

        CaptureInterface added = Put(of);
        _given.Add(of);
        _written.Add(added);
        return added;
    }

    // Classic pcap has one place for all that are alike.
    private CaptureInterface Put(CaptureInterface like) =>
        _options.Format == CaptureFormat.Pcapng || _written.Count == 0 ? _writer!.AddInterface(like)
        : _written[0].LinkType == like.LinkType ? _written[0]
        : throw new InvalidOperationException("a classic pcap file has either Ethernet frames or bare packets: write pcapng, or capture TAPs and TUNs apart with -i");

    // Half a record at the end would make a reader complain of the whole file.
    private void CutBack()
    {
        try
        {
            if (_stream is { CanSeek: true })
            {
                _stream.SetLength(_origin + _safe);
            }

            _stream?.Dispose();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or NotSupportedException)
        {
            // It was an attempt: the good packets in front can be read all the same.
        }

        (_writer, _stream, IsFull, Written) = (null, null, true, _safePackets);
    }
}
