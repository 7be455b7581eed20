using VSwitch.Captures.Files;
using VSwitch.Captures.Recording;

namespace VSwitch.Tool.Capturing;

/// <summary>Takes a capture from a running switch and writes it into files. What came is given to the file within a moment, whether more comes or not.</summary>
internal sealed class CaptureReceiver : IDisposable
{
    private static readonly TimeSpan s_flushInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stream _stream;
    private readonly CaptureFiles _files;
    private readonly long _count;
    private readonly Lock _writing = new();
    private readonly Timer _timer;
    private volatile bool _isStopped;
    private CaptureReader? _reader; // of the thread that receives
    private int _known; // interfaces that the files know

    /// <param name="stream">pcapng, as the switch sends it.</param>
    /// <param name="files">Takes it.</param>
    /// <param name="count">Packets after which it ends; null for no limit.</param>
    internal CaptureReceiver(Stream stream, CaptureFiles files, long? count)
    {
        (_stream, _files, _count) = (stream, files, count ?? long.MaxValue);
        _timer = new Timer(static r => ((CaptureReceiver)r!).Flush(), this, s_flushInterval, s_flushInterval);
    }

    /// <summary>Frames that the switch lost for this capture, as far as it has said.</summary>
    internal ulong Lost { get; private set; }

    /// <summary>Why it ended, if that was not as it should be; one line.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Receives until there is nothing more, or it is told to stop.</summary>
    internal void Run()
    {
        try
        {
            using var watched = new WatchedStream(_stream, Know);
            using CaptureReader reader = _reader = CaptureReader.Open(watched);
            Receive(reader);
        }
        catch (HttpIOException) when (!_isStopped)
        {
            Problem ??= "the capture ended: the switch has gone; what came until then is written";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException or ObjectDisposedException)
        {
            // The switch or the connection, where it was not us; or the disk. A pipe whose reader has enough is no problem.
            if (!_isStopped && !IsClosedPipe(error))
            {
                Problem ??= $"the capture ended: {error.Message.TrimEnd('.')}";
            }
        }

        Flush();
    }

    /// <summary>Ends it. Any thread.</summary>
    internal void Stop()
    {
        _isStopped = true;
        _stream.Dispose(); // whoever waits for more is woken by that
    }

    public void Dispose() => _timer.Dispose();

    private void Receive(CaptureReader reader)
    {
        while (!_isStopped && _files.Written < _count && reader.TryRead(out CapturedPacket packet))
        {
            lock (_writing)
            {
                if (_files.IsFull)
                {
                    break;
                }

                Know(reader);
                Lost += packet.DropCount;
                _files.Write(in packet);
            }
        }

        if (reader.Error is { } error && !_isStopped)
        {
            Problem ??= $"the switch broke off: {error}";
        }
    }

    // Ports are told before their packets, and some have none for long.
    private void Know()
    {
        if (_reader is { } reader)
        {
            lock (_writing)
            {
                Know(reader);
            }
        }
    }

    private void Know(CaptureReader reader)
    {
        for (; _known < reader.Interfaces.Count; _known++)
        {
            _files.Add(reader.Interfaces[_known]);
        }
    }

    private void Flush()
    {
        lock (_writing)
        {
            try
            {
                _files.Flush();
            }
            catch (IOException error)
            {
                Problem ??= IsClosedPipe(error) ? null : $"the capture ended: {error.Message.TrimEnd('.')}";
                Stop();
            }
        }
    }

    private static bool IsClosedPipe(Exception error) => error is IOException && error.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase);
}
