using VSwitch.Captures.Files;

namespace VSwitch.Captures.Recording;

/// <summary>Writes a capture into one file, or a row of files by size or time. Each is whole by itself: all interfaces are in each.</summary>
/// <remarks>
/// What was flushed stays readable whatever happens to the process. A write that fails ends the capture: the file is cut back to its last whole record, as far as it lets itself be. Not thread safe.
/// </remarks>
public sealed class CaptureFiles : IDisposable
{
    private readonly CaptureFileOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<string, Stream> _open;
    private readonly List<CaptureInterface> _given = [];  // as they come
    private readonly List<CaptureInterface> _written = []; // as they stand in this file
    private CaptureWriter? _writer;
    private Stream? _stream;
    private long _safe;
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

    /// <summary>Packets written, to whichever file.</summary>
    public long Written { get; private set; }

    /// <summary>Nothing more is written: a write failed, or as many files as were asked for are full, of a capture that does not begin again with the first.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Opens the first file, so that it is there though no packet may come.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to, or it is a folder.</exception>
    public void Begin() => _ = _writer ?? Open();

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
            _writer!.Write(new CapturedPacket
            {
                Interface = InterfaceOf(packet.Interface),
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
    }

    /// <summary>Gives all to the file.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Flush()
    {
        try
        {
            _writer?.Flush();
            _safe = _writer?.Octets ?? 0;
        }
        catch (IOException)
        {
            CutBack();
            throw;
        }
    }

    /// <summary>Ends the file.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Dispose() => Close();

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
        _begun = _time.GetTimestamp();
        _writer = CaptureWriter.Create(_stream, _options.Format);
        _written.Clear();
        foreach (CaptureInterface known in _given)
        {
            _written.Add(_writer.AddInterface(known));
        }

        Flush();
        return _writer;
    }

    private void Close()
    {
        try
        {
            _writer?.Dispose();
        }
        catch (IOException)
        {
            CutBack();
            throw;
        }
        finally
        {
            _writer = null;
            _stream = null;
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

        CaptureInterface added = _writer!.AddInterface(of);
        _given.Add(of);
        _written.Add(added);
        return added;
    }

    // Half a record at the end would make a reader complain of the whole file.
    private void CutBack()
    {
        try
        {
            if (_stream is { CanSeek: true })
            {
                _stream.SetLength(_safe);
            }

            _stream?.Dispose();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or NotSupportedException)
        {
            // It was an attempt: the good packets in front can be read all the same.
        }

        (_writer, _stream, IsFull) = (null, null, true);
    }
}
