using VSwitch.Captures.Files;
using VSwitch.Captures.Recording;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.Captures.Pcap;

/// <summary>Writes what comes out of a pipe into a capture file, on a thread of its own.</summary>
internal sealed class PcapSink : IDisposable
{
    private const int NanosecondsPerTick = 100;
    private static readonly TimeSpan s_flushInterval = TimeSpan.FromMilliseconds(200);

    private readonly PipeDevice _from;
    private readonly CaptureFiles _files;
    private readonly CaptureInterface _interface;
    private readonly TimeProvider _time;
    private readonly Action<string>? _failed;
    private readonly CancellationTokenSource _ending = new();
    private readonly Thread _thread;
    private Task<bool>? _waiting; // one that was not answered in time goes on

    internal PcapSink(PipeDevice from, Stream to, string name, TimeProvider time, Action<string>? failed)
    {
        (_from, _time, _failed) = (from, time, failed);
        _files = new CaptureFiles(new CaptureFileOptions { Path = name }, time, _ => to);
        _interface = new CaptureInterface { Name = name, SnapLength = FrameBatch.MaxFrameLength };
        _files.Begin();
        _files.Add(_interface);
        _files.Flush();
        _thread = new Thread(Run) { IsBackground = true, Name = "vswitch-pcap-out" };
    }

    internal void Start() => _thread.UnsafeStart();

    /// <summary>Writes what is still in the pipe, and closes the file.</summary>
    public void Dispose()
    {
        _ending.Cancel();
        _thread.Join();
        _ending.Dispose();
    }

    private void Run()
    {
        try
        {
            var batch = new FrameBatch();
            while (Receive(batch) || !_ending.IsCancellationRequested)
            {
                Write(batch);
                if (batch.Count == 0)
                {
                    _files.Flush();
                    Wait();
                }
            }

            _files.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _failed?.Invoke(error.Message.TrimEnd('.')); // the pipe fills, and what it refuses is counted there
        }
        catch (ObjectDisposedException)
        {
            // The pipe was closed from elsewhere.
        }
    }

    private bool Receive(FrameBatch batch)
    {
        batch.Clear();
        while (batch.Free > 0 && _from.TryReceive(batch) > 0)
        {
        }

        return batch.Count > 0;
    }

    private void Write(FrameBatch batch)
    {
        long now = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;
        for (int i = 0; i < batch.Count; i++)
        {
            ReadOnlySpan<byte> octets = batch.Octets(i);
            _files.Write(new CapturedPacket
            {
                Interface = _interface, Timestamp = now, Octets = octets, OriginalLength = (uint)octets.Length, Direction = PacketDirection.Outbound, Comments = [],
            });
        }
    }

    private void Wait()
    {
        try
        {
            _waiting ??= _from.WaitToReceiveAsync(_ending.Token).AsTask();
            if (_waiting.Wait(s_flushInterval, CancellationToken.None))
            {
                _waiting = null;
            }
        }
        catch (AggregateException)
        {
            // Told to end.
        }
    }
}
