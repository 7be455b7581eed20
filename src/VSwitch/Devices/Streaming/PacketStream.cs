using System.Runtime.CompilerServices;
using VSwitch.Devices.Relaying;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;

namespace VSwitch.Devices.Streaming;

/// <summary>A device as a stream: one packet a read, one packet a write.</summary>
/// <remarks>
/// A packet that is longer than the buffer of the read is cut, and the rest lost: read with room for MTU and link header. Super-frames and unfinished
/// checksums are finished first. A read gives 0 when the device was closed by somebody else. One reader and any number of writers at a time.
/// Disposing the stream closes the device.
/// </remarks>
public sealed class PacketStream : Stream
{
    private const int MaxIdleRounds = 1000; // ready, and yet nothing: then it is an error and no bad luck
    private static readonly int[] s_first = [0];

    private readonly IPacketDevice _device;
    private readonly DetachedDevice _gate; // ends our waits, whatever the device does
    private readonly FrameBatchPool _pool;
    private readonly FrameFinisher _finisher;
    private FrameBatch? _surplus;
    private ReadOnlyMemory<int> _run;
    private int _reading;
    private int _disposed;

    /// <summary>Makes a stream of a device, and owns the device from now on.</summary>
    /// <param name="device">The device.</param>
    /// <param name="pool">Where batches come from while there is something in them; null for the shared one.</param>
    public PacketStream(IPacketDevice device, FrameBatchPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _gate = DetachedDevice.Around(device);
        _pool = pool ?? FrameBatchPool.Shared;
        _finisher = new FrameFinisher(_pool, new TrafficCounters());
    }

    /// <inheritdoc/>
    public override bool CanRead => Volatile.Read(ref _disposed) == 0;

    /// <inheritdoc/>
    public override bool CanWrite => CanRead;

    /// <summary>Never.</summary>
    public override bool CanSeek => false;

    /// <summary>Not supported.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads one packet.</summary>
    /// <param name="buffer">With room for the whole packet; an empty one reads nothing.</param>
    /// <param name="cancellationToken">Ends the wait; no packet is lost.</param>
    /// <returns>Octets of the packet, as far as they fitted; 0 when the device is closed.</returns>
    /// <exception cref="InvalidOperationException">Another read is under way.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        if (buffer.IsEmpty)
        {
            return 0;
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _reading, 1) != 0)
        {
            throw new InvalidOperationException("another read is under way");
        }

        try
        {
            for (int idle = 0; idle <= MaxIdleRounds; idle++)
            {
                if (TryTake(buffer.Span, out int length))
                {
                    return length;
                }

                if (!TryReceive() && !await WaitToReceiveAsync(cancellationToken).ConfigureAwait(false))
                {
                    ThrowIfDisposed();
                    return 0;
                }
            }

            throw new NoProgressException("the device says that it has something, and gives nothing");
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _disposed) != 0)
            {
                ReleaseSurplus();
            }
        }
    }

    /// <summary>Writes one packet; waits while the device is full.</summary>
    /// <param name="buffer">A packet; an empty one writes nothing.</param>
    /// <param name="cancellationToken">Ends the wait; then nothing was sent.</param>
    /// <exception cref="IOException">The device refused the packet.</exception>
    /// <exception cref="ArgumentException">The packet is longer than any can be.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        if (buffer.IsEmpty)
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        FrameBatch batch = _pool.Rent(1);
        try
        {
            Place(buffer.Span, batch);
            for (int idle = 0; idle <= MaxIdleRounds; idle++)
            {
                if (TrySend(batch))
                {
                    return;
                }

                if (!await WaitToSendAsync(cancellationToken).ConfigureAwait(false))
                {
                    throw new DeviceClosedException(nameof(PacketStream));
                }
            }

            throw new NoProgressException("the device says that it can send, and takes nothing");
        }
        finally
        {
            _pool.Return(batch);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <summary>As <see cref="ReadAsync(Memory{byte}, CancellationToken)"/>, but holds the thread while it waits.</summary>
    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>As <see cref="WriteAsync(ReadOnlyMemory{byte}, CancellationToken)"/>, but holds the thread while it waits.</summary>
    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Does nothing: a packet is sent when its write returns.</summary>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Closes the device, and ends reads and writes under way.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _gate.DisposeAsync().ConfigureAwait(false);
            ReleaseSurplus();
            await _device.DisposeAsync().ConfigureAwait(false);
            await base.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && Volatile.Read(ref _disposed) == 0)
        {
            DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        base.Dispose(disposing);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);

    /// <summary>Takes the next packet of those that came with an earlier one.</summary>
    private bool TryTake(Span<byte> buffer, out int length)
    {
        length = 0;
        while (_surplus is not null && length == 0)
        {
            if (_run.Length > 0)
            {
                ReadOnlySpan<byte> packet = _finisher.Batch.Octets(_run.Span[0]);
                length = Math.Min(packet.Length, buffer.Length);
                packet[..length].CopyTo(buffer);
                _run = _run[1..];
            }
            else if (_finisher.Next())
            {
                _run = _finisher.Which;
            }
            else
            {
                ReturnSurplus();
            }
        }

        return length > 0;
    }

    private bool TryReceive()
    {
        FrameBatch batch = _pool.Rent(_gate.Capabilities.BatchSize);
        try
        {
            _gate.TryReceive(batch);
        }
        catch (Exception error) when (!DeviceError.IsTerminal(error) || DeviceError.IsClosed(error))
        {
            // Passing: the wait, then the next receive. Closed: the wait says so.
        }
        catch
        {
            _pool.Return(batch);
            throw;
        }

        if (batch.Count == 0)
        {
            _pool.Return(batch);
            return false;
        }

        _surplus = batch;
        _finisher.Begin(batch, OffloadKinds.None, _device.LinkLayer);
        return true;
    }

    private bool TrySend(FrameBatch batch)
    {
        batch.Refusal = DropReason.EgressFull;
        try
        {
            if (_gate.TrySend(batch, s_first) > 0)
            {
                return true;
            }
        }
        catch (Exception error) when (!DeviceError.IsTerminal(error))
        {
            return false;
        }

        return batch.Refusal is DropReason.EgressFull or DropReason.None
            ? false
            : throw new IOException($"the device refused the packet: {batch.Refusal}");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _gate.WaitToReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!DeviceError.IsTerminal(error))
        {
            return true;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _gate.WaitToSendAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!DeviceError.IsTerminal(error))
        {
            return true;
        }
    }

    private void Place(ReadOnlySpan<byte> packet, FrameBatch batch)
    {
        int offset = Math.Max(FrameBatch.Headroom, _gate.Capabilities.SendHeadroom);
        Span<byte> slot = batch.NextSlot();
        if (packet.Length > slot.Length - offset)
        {
            throw new ArgumentException($"{packet.Length} octets are more than a packet can have", nameof(packet));
        }

        packet.CopyTo(slot[offset..]);
        batch.Append(packet.Length, offset);
    }

    /// <summary>After the end: gives the surplus back, unless a read is under way, which then does it.</summary>
    private void ReleaseSurplus()
    {
        if (Interlocked.Exchange(ref _reading, 1) == 0)
        {
            ReturnSurplus();
            Volatile.Write(ref _reading, 0);
        }
    }

    private void ReturnSurplus()
    {
        if (_surplus is { } batch)
        {
            _finisher.End();
            _surplus = null;
            _run = default;
            _pool.Return(batch);
        }
    }
}
