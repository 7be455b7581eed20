using System.Runtime.InteropServices;
using System.Threading.Channels;
using VSwitch.Devices;
using VSwitch.Frames;

namespace VSwitch.TestKit;

/// <summary>
/// Somebody else's device, as awkward as the contract allows: short batches, errors that pass, too few places, waits that nobody can cancel.
/// </summary>
public sealed class AwkwardDevice(string name = "awkward", LinkLayer linkLayer = LinkLayer.Ethernet) : IPacketDevice
{
    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _incoming = new();
    private readonly Queue<byte[]> _sent = new();
    private readonly Channel<DeviceEvent> _events = Channel.CreateUnbounded<DeviceEvent>();
    private TaskCompletionSource<bool> _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _receiveError;
    private Exception? _sendError;
    private int _receives;
    private int _sends;
    private bool _closed;

    /// <summary>Frames that one receive, and one send, takes on.</summary>
    public int AtATime { get; init; } = 2;

    /// <summary>Every so many calls throw an error that passes, alternating with too few places; 0 for never.</summary>
    public int HiccupEvery { get; init; }

    /// <summary>Waits ignore their token; closing ends them.</summary>
    public bool IgnoresTokens { get; init; }

    /// <summary>Waits end for nothing but a frame: neither token nor closing.</summary>
    public bool NeverLetsGo { get; init; }

    /// <summary>Says that it has something, and gives nothing.</summary>
    public bool LiesToReceivers { get; init; }

    /// <summary>Says that it can send, and takes nothing.</summary>
    public bool LiesToSenders { get; init; }

    /// <summary>Takes nothing, and says so.</summary>
    public bool IsFull
    {
        get => Volatile.Read(ref field);
        set
        {
            Volatile.Write(ref field, value);
            Changed();
        }
    }

    /// <summary>Why it refuses every send; none when it does not.</summary>
    public DropReason Refusal { get; set; }

    /// <summary>Waits that were begun.</summary>
    public int Waits { get; private set; }

    /// <summary>Waits that are pending.</summary>
    public int WaitsNow { get; private set; }

    public bool IsClosed => Volatile.Read(ref _closed);

    public string Name { get; set; } = name;

    public LinkLayer LinkLayer => linkLayer;

    public DeviceCapabilities Capabilities { get; init; } = new() { BatchSize = 4, IsNative = true };

    public int Mtu { get; set; } = 1500;

    public SafeHandle? Handle { get; init; }

    public ChannelReader<DeviceEvent> Events => _events.Reader;

    /// <summary>Lets frames be received.</summary>
    public void Deliver(params IEnumerable<byte[]> frames)
    {
        lock (_lock)
        {
            foreach (byte[] frame in frames)
            {
                _incoming.Enqueue(frame);
            }
        }

        Changed();
    }

    public void Raise(DeviceEvent change) => _events.Writer.TryWrite(change);

    /// <summary>Fails the next receive, and those after it.</summary>
    public void FailReceive(Exception error)
    {
        Volatile.Write(ref _receiveError, error);
        Changed();
    }

    /// <summary>Fails the next send, and those after it.</summary>
    public void FailSend(Exception error)
    {
        Volatile.Write(ref _sendError, error);
        Changed();
    }

    /// <summary>What was sent since the last call.</summary>
    public List<byte[]> TakeSent()
    {
        lock (_lock)
        {
            List<byte[]> sent = [.. _sent];
            _sent.Clear();
            return sent;
        }
    }

    /// <summary>Frames that are still to be received.</summary>
    public int IncomingCount
    {
        get
        {
            lock (_lock)
            {
                return _incoming.Count;
            }
        }
    }

    public int SentCount
    {
        get
        {
            lock (_lock)
            {
                return _sent.Count;
            }
        }
    }

    public int TryReceive(FrameBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (_lock)
        {
            Check(_receiveError, ++_receives);
            int count = 0;
            while (!LiesToReceivers && count < AtATime && batch.Free > 0 && _incoming.TryDequeue(out byte[]? frame))
            {
                batch.TryAppend(frame);
                count++;
            }

            return count;
        }
    }

    public int TrySend(FrameBatch batch, ReadOnlySpan<int> which)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (_lock)
        {
            Check(_sendError, ++_sends);
            int count = 0;
            while (!LiesToSenders && !IsFull && Refusal == DropReason.None && count < Math.Min(AtATime, which.Length))
            {
                _sent.Enqueue(batch.Octets(which[count++]).ToArray());
            }

            if (count < which.Length && Refusal != DropReason.None)
            {
                batch.Refusal = Refusal;
            }

            return count;
        }
    }

    public ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken = default) =>
        WaitAsync(() => LiesToReceivers || _incoming.Count > 0 || _receiveError is not null, cancellationToken);

    public ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken = default) =>
        WaitAsync(() => LiesToSenders || !IsFull || _sendError is not null, cancellationToken);

    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _closed = true;
            _events.Writer.TryComplete();
        }

        Changed();
        return ValueTask.CompletedTask;
    }

    private async ValueTask<bool> WaitAsync(Func<bool> isReady, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Waits++;
            WaitsNow++;
        }

        try
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (_closed && !NeverLetsGo)
                    {
                        return false;
                    }

                    if (isReady())
                    {
                        return true;
                    }

                    changed = _changed.Task;
                }

                await (IgnoresTokens || NeverLetsGo ? changed : changed.WaitAsync(cancellationToken)).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_lock)
            {
                WaitsNow--;
            }
        }
    }

    private void Check(Exception? error, int call)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (error is not null)
        {
            throw error;
        }

        if (HiccupEvery > 0 && call % HiccupEvery == 0)
        {
            throw call / HiccupEvery % 2 == 0 ? new BatchTooSmallException(AtATime) : new TemporaryDeviceException("a hiccup");
        }
    }

    private void Changed()
    {
        TaskCompletionSource<bool> changed;
        lock (_lock)
        {
            changed = _changed;
            _changed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.TrySetResult(true);
    }
}
