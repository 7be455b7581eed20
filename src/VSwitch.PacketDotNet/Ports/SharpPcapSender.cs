using SharpPcap;
using SharpPcap.LibPcap;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.PacketDotNet.Ports;

/// <summary>Sends what comes out of a pipe by a device of SharpPcap, on a thread of its own: SendPacket may block, and throws.</summary>
internal sealed class SharpPcapSender
{
    private readonly IInjectionDevice _device;
    private readonly PipeDevice _from;
    private readonly TimeProvider _time;
    private readonly CancellationToken _ending;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sent;
    private long _failed;

    internal SharpPcapSender(IInjectionDevice device, PipeDevice from, TimeProvider time, CancellationToken ending) =>
        (_device, _from, _time, _ending) = (device, from, time, ending);

    internal long Sent => Volatile.Read(ref _sent);

    internal long Failed => Volatile.Read(ref _failed);

    /// <summary>Why the last frame was refused that was; null while none was.</summary>
    internal string? LastError { get; private set; }

    internal Task Ended => _ended.Task;

    internal void Start() => new Thread(Run) { IsBackground = true, Name = "vswitch-sharppcap-out" }.UnsafeStart();

    private void Run()
    {
        try
        {
            var batch = new FrameBatch();
            while (Receive(batch) || !_ending.IsCancellationRequested)
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    Send(batch.Octets(i));
                }

                if (batch.Count == 0)
                {
                    Wait();
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The pipe was closed.
        }

        _ended.TrySetResult();
    }

    private void Wait()
    {
        try
        {
            _from.WaitToReceiveAsync(_ending).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // Told to end: what has come since is still sent.
        }
    }

    private bool Receive(FrameBatch batch)
    {
        batch.Clear();
        return _from.TryReceive(batch) > 0;
    }

    private void Send(ReadOnlySpan<byte> frame)
    {
        try
        {
            if (_device is CaptureFileWriterDevice file)
            {
                PcapHeader header = HeaderOf(frame.Length, file.TimestampResolution); // its own SendPacket writes no time
                file.Write(frame, ref header);
            }
            else
            {
                _device.SendPacket(frame);
            }

            _sent++;
        }
        catch (Exception error)
        {
            // A frame that is too long, an interface that is down, a kernel without room: the next may go.
            LastError = error.Message;
            _failed++;
        }
    }

    private PcapHeader HeaderOf(int length, TimestampResolution resolution)
    {
        long ticks = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
        (long seconds, long rest) = Math.DivRem(Math.Max(ticks, 0), TimeSpan.TicksPerSecond);
        ulong fraction = (ulong)(resolution == TimestampResolution.Nanosecond ? rest * TimeSpan.NanosecondsPerTick : rest / TimeSpan.TicksPerMicrosecond);
        return new PcapHeader(0, 0, (uint)length, (uint)length) { Timeval = new PosixTimeval((ulong)seconds, fraction, resolution) };
    }
}
