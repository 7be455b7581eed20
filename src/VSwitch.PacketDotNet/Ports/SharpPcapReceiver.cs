using SharpPcap;
using SharpPcap.LibPcap;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.PacketDotNet.Ports;

/// <summary>Fetches frames from a device of SharpPcap into a pipe, on a thread of its own.</summary>
/// <remarks>
/// One by one, not by the event OnPacketArrival: a handler there runs on SharpPcap's thread, where what is thrown ends the process or, worse, only the capture. Octets are
/// copied before the next call, since they lie in libpcap's memory; those that come with any other status than a read packet are an old frame's, and are not looked at.
/// </remarks>
internal sealed class SharpPcapReceiver
{
    private readonly ICaptureDevice _device;
    private readonly PipeDevice _to;
    private readonly PipeDevice _port; // the other end, which says whether the link is up
    private readonly bool _isFile;
    private readonly bool _takeCut;
    private readonly CancellationToken _ending;
    private readonly FrameBatch _batch = new();
    private readonly int[] _indexes = [.. Enumerable.Range(0, FrameBatch.DefaultCapacity)];
    private readonly TaskCompletionSource<string?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _received;
    private long _overflowed;
    private long _cut;
    private long _tooLong;
    private int _started;

    internal SharpPcapReceiver(ICaptureDevice device, PipeDevice to, PipeDevice port, SharpPcapOptions options, CancellationToken ending)
    {
        (_device, _to, _port, _ending) = (device, to, port, ending);
        _isFile = device is CaptureReaderDevice;
        _takeCut = options.TakeCut;
    }

    internal long Received => Volatile.Read(ref _received);

    internal long Overflowed => Volatile.Read(ref _overflowed);

    internal long Cut => Volatile.Read(ref _cut);

    internal long TooLong => Volatile.Read(ref _tooLong);

    /// <summary>Completes with the cause of a failure, or with null at the end of a file and when told to end.</summary>
    internal Task<string?> Ended => _ended.Task;

    /// <summary>Begins, the first time.</summary>
    internal void Start()
    {
        if (Volatile.Read(ref _started) == 0 && Interlocked.Exchange(ref _started, 1) == 0)
        {
            new Thread(Run) { IsBackground = true, Name = "vswitch-sharppcap" }.UnsafeStart();
        }
    }

    /// <summary>Never begins, if it has not yet; else it ends at the next look, after half a second at most where SharpPcap waits for a frame.</summary>
    internal void NeverStart()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _ended.TrySetResult(null);
        }
    }

    private void Run()
    {
        string? cause = null;
        try
        {
            cause = Fetch();
        }
        catch (Exception) when (_ending.IsCancellationRequested)
        {
            // What a closing device throws is its way to end.
        }
        catch (Exception error)
        {
            cause = error.Message; // whatever it is: of a device that we know only by its interface
        }

        // A live device closes itself, as others do when they are lost: a host opens it again. What was read of a file that breaks off is still to be received.
        if (!_isFile && cause is not null && !_ending.IsCancellationRequested)
        {
            _port.SetLink(false);
            _port.DisposeAsync().AsTask().GetAwaiter().GetResult(); // waits for nothing
        }

        _ended.TrySetResult(cause);
    }

    private string? Fetch()
    {
        while (!_ending.IsCancellationRequested)
        {
            GetPacketStatus status = _device.GetNextPacket(out PacketCapture capture);
            if (status == GetPacketStatus.PacketRead)
            {
                Take(capture);
            }
            else if (status != GetPacketStatus.ReadTimeout)
            {
                Deliver();
                return status == GetPacketStatus.NoRemainingPackets ? null : _device.LastError ?? "SharpPcap gives no cause";
            }
        }

        return null;
    }

    private void Take(in PacketCapture capture)
    {
        if (!_takeCut && capture.Header is PcapHeader header && header.PacketLength > capture.Data.Length)
        {
            _cut++;
            return;
        }

        if (!_batch.TryAppend(capture.Data))
        {
            _tooLong++; // there is always a place free
            return;
        }

        // Nobody can tell whether a live device has more: what is here must not wait for what may never come.
        if (!_isFile || _batch.Free == 0)
        {
            Deliver();
        }
    }

    private void Deliver()
    {
        Span<int> which = _indexes.AsSpan(0, _batch.Count);
        int taken = _to.TrySend(_batch, which);
        _received += taken;
        while (_isFile && taken < which.Length && _to.WaitToSendAsync(_ending).AsTask().GetAwaiter().GetResult())
        {
            int more = _to.TrySend(_batch, which[taken..]);
            _received += more;
            taken += more;
        }

        _overflowed += which.Length - taken;
        _batch.Clear();
    }
}
