using System.Globalization;
using VSwitch.Captures.Files;
using VSwitch.Captures.Recording;
using VSwitch.Capturing;
using VSwitch.Terminal;

namespace VSwitch.Tool.Capturing;

/// <summary>Keeps the last seconds of all ports in memory, and writes them into a file when something happens that was to be watched for.</summary>
/// <remarks>A thread of its own reads what the workers copy; they never wait for it.</remarks>
internal sealed class FlightRecorder : IDisposable
{
    private const int PauseMilliseconds = 20;
    private const int OctetsAtOnce = 16 * 1024; // of a file, at whose end a record ends

    private readonly VirtualSwitch _switch;
    private readonly KeepOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _say;
    private readonly CaptureSession _session;
    private readonly CaptureHistory _history;
    private readonly Lock _reading = new();
    private readonly ManualResetEventSlim _ending = new();
    private readonly Thread _thread;

    // Of the thread alone:
    private HashSet<string> _up = [];
    private string? _trigger;
    private long _due;
    private long _silentUntil;
    private int _files;

    /// <param name="switch">The switch.</param>
    /// <param name="options">How much, and when it is written.</param>
    /// <param name="time">Says when.</param>
    /// <param name="say">Hears of files that were written, or could not be.</param>
    internal FlightRecorder(VirtualSwitch @switch, KeepOptions options, TimeProvider time, Action<string> say)
    {
        (_switch, _options, _time, _say) = (@switch, options, time, say);
        int buffer = Math.Min(CaptureRequest.DefaultBufferOctets, options.Octets);
        _session = @switch.StartCapture(new CaptureRequest { SnapLength = options.SnapLength, BufferOctets = buffer });
        _history = new CaptureHistory(_session, options.Time, options.Octets);
        _silentUntil = time.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = "vswitch-keep" };
        _thread.Start();
    }

    /// <summary>What is kept now, as pcapng.</summary>
    internal MemoryStream Dump()
    {
        var stream = new MemoryStream();
        lock (_reading)
        {
            _history.Drain();
            Write(stream);
        }

        return stream;
    }

    public void Dispose()
    {
        _ending.Set();
        _thread.Join();
        if (_trigger is not null)
        {
            Save(_trigger); // it was about to be written
        }

        _session.Dispose();
        _ending.Dispose();
    }

    private void Run()
    {
        do
        {
            string? trigger = null;
            lock (_reading)
            {
                _history.Drain(_options.Drops.Count == 0 ? null : (in CapturedFrame frame) =>
                    trigger ??= _options.Drops.Contains(frame.Drop) ? $"{frame.Drop}@{frame.Port.Name}" : null);
            }

            trigger = Lost() ?? trigger;
            long now = _time.GetTimestamp();
            if (trigger is not null && _trigger is null && now >= _silentUntil)
            {
                _trigger = trigger;
                _due = now + (long)(_options.After.TotalSeconds * _time.TimestampFrequency);
            }

            if (_trigger is not null && now >= _due)
            {
                Save(_trigger);
                _trigger = null;
                _silentUntil = now + (long)(_options.Time.TotalSeconds * _time.TimestampFrequency); // files don't tell the same twice
            }
        }
        while (!_ending.Wait(PauseMilliseconds));
    }

    /// <returns>What to call it that a port went down since the last look; null when none did.</returns>
    private string? Lost()
    {
        if (!_options.OnPortDown)
        {
            return null;
        }

        HashSet<string> up = [.. _switch.Ports.Where(p => p.IsUp).Select(p => p.Name)];
        string? lost = _up.FirstOrDefault(p => !up.Contains(p));
        _up = up;
        return lost is null ? null : $"port-down@{lost}";
    }

    private void Save(string trigger)
    {
        if (_files >= _options.MaxFiles)
        {
            if (_files++ == _options.MaxFiles)
            {
                _say($"{trigger}: not written: there are {_options.MaxFiles} files already, no more are written");
            }

            return;
        }

        string safe = string.Concat(trigger.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '@' or '.' or '_' ? c : '_'));
        string path = Path.Combine(_options.Folder, string.Create(
            CultureInfo.InvariantCulture, $"{Path.GetFileName(_switch.Name)}-{_time.GetUtcNow().UtcDateTime:yyyyMMdd'T'HHmmss.fff'Z'}-{safe}.pcapng"));
        try
        {
            // A new file, never one that is there, nor what a link points to: others may write in that folder.
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            _files++;
            long frames;
            lock (_reading)
            {
                _history.Drain();
                frames = _history.Count;
                Write(file);
            }

            _say($"{Printable.Of(trigger)}: the last {frames} frames are in {Printable.Of(path)}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _say($"{Printable.Of(trigger)}: {Printable.Of(path)} can't be written: {error.Message.TrimEnd('.')}");
        }
    }

    // When it fails the file has the frames that found room, and can be read to its end.
    private void Write(Stream to)
    {
        long safe = 0;
        try
        {
            using var writer = CaptureWriter.Create(to, leaveOpen: true, comments: Losses());
            var recorder = new CaptureRecorder(_session, writer, isPast: true);
            writer.Flush();
            safe = writer.Octets;
            _history.ForEach((in CapturedFrame frame) =>
            {
                recorder.Write(in frame);
                if (writer.Octets - safe >= OctetsAtOnce)
                {
                    writer.Flush();
                    safe = writer.Octets;
                }
            });
        }
        catch (IOException)
        {
            to.SetLength(safe);
            throw;
        }
    }

    private string[] Losses() =>
    [
        .. _session.Lost > 0 ? [$"{_session.Lost} frames were lost since the switch started: it had no time to keep them"] : Array.Empty<string>(),
        .. _history.Displaced > 0 ? [$"{_history.Displaced} frames made room for newer ones before their time: memory= is too small for it"] : Array.Empty<string>(),
    ];
}
