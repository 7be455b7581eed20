using System.Runtime.CompilerServices;
using VSwitch.Devices.Wrapping;
using VSwitch.Frames;

namespace VSwitch.Devices.Relaying;

/// <summary>Carries frames from one device to another, one direction, until one of them is closed or fails.</summary>
/// <remarks>
/// One run at a time. A full device is waited for; a frame that is refused for itself, and frames for a link that is down, are counted drops. Nothing is
/// allocated for a burst, and no batch is held while nothing comes: ReceivedFrames + Replicated = SentFrames + drops whenever no run is under way.
/// </remarks>
internal sealed class FrameRelay(FrameBatchPool pool, TrafficCounters counters)
{
    private const int MaxIdleRounds = 1000;  // ready, and yet nothing: then it is an error and no bad luck
    private const int BurstsAtATime = 64;    // then others have their turn on the pool thread

    private readonly FrameFinisher _finisher = new(pool, counters);
    private DetachedDevice _from = null!;
    private DetachedDevice _to = null!;
    private RelayEnd _end;

    /// <summary>Runs until one of the gates, or of the devices behind them, is closed or fails.</summary>
    internal async Task<RelayEnd> RunAsync(DetachedDevice from, DetachedDevice to)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        (_from, _to, _end) = (from, to, default);
        int idle = 0;
        int bursts = 0;
        while (AreOpen())
        {
            FrameBatch batch = pool.Rent(from.Capabilities.BatchSize);
            try
            {
                if (!TryReceive(batch) || !await SendAsync(batch).ConfigureAwait(false))
                {
                    break;
                }

                idle = batch.Count > 0 ? 0 : idle + 1;
            }
            finally
            {
                pool.Return(batch);
            }

            if (idle > MaxIdleRounds)
            {
                _end = new(RelaySide.From, new NoProgressException("the device says that it has something, and gives nothing"));
                break;
            }

            if (idle > 0 && !await WaitToReceiveAsync().ConfigureAwait(false))
            {
                break;
            }

            if (++bursts % BurstsAtATime == 0)
            {
                await Task.Yield();
            }
        }

        return AreOpen() ? _end : default; // what happened after a gate was closed is nobody's end
    }

    /// <summary>The gates themselves, not what is behind them: of that the next call tells.</summary>
    private bool AreOpen() => _from.IsUp && _to.IsUp;

    private bool TryReceive(FrameBatch batch)
    {
        bool isAlive = true;
        try
        {
            _from.TryReceive(batch);
        }
        catch (Exception error) when (!DeviceError.IsTerminal(error))
        {
            counters.Fault();
        }
        catch (Exception error)
        {
            _end = RelayEnd.Of(RelaySide.From, error);
            isAlive = false;
        }

        Count(batch);
        if (!isAlive)
        {
            counters.Drop(DropReason.DeviceFault, batch.Count); // what came with the error
        }

        return isAlive;
    }

    private void Count(FrameBatch batch)
    {
        if (batch.Count > 0)
        {
            long octets = 0;
            for (int i = 0; i < batch.Count; i++)
            {
                octets += batch[i].Length;
            }

            counters.Received(batch.Count, octets);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitToReceiveAsync()
    {
        try
        {
            if (await _from.WaitToReceiveAsync().ConfigureAwait(false))
            {
                return true;
            }

            _end = new(RelaySide.From, null);
        }
        catch (Exception error) when (!DeviceError.IsTerminal(error))
        {
            counters.Fault();
            return true; // the next receive says more
        }
        catch (Exception error)
        {
            _end = RelayEnd.Of(RelaySide.From, error);
        }

        return false;
    }

    /// <returns>False when it is over; what was not sent is counted.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendAsync(FrameBatch batch)
    {
        bool goesOn = true;
        _finisher.Begin(batch, _to.Capabilities.SendOffloads, _to.LinkLayer);
        while (_finisher.Next())
        {
            ReadOnlyMemory<int> which = _finisher.Which;
            int stalled = 0;
            while (goesOn && which.Length > 0)
            {
                int done = TrySend(_finisher.Batch, which.Span, out bool isFull);
                which = which[done..];
                stalled = done > 0 ? 0 : stalled + 1;
                goesOn = _end.Side == RelaySide.Neither && AreOpen() && IsMoving(stalled)
                    && (!isFull || await WaitToSendAsync().ConfigureAwait(false));
            }

            counters.Drop(_end.Error is null ? DropReason.LinkDown : DropReason.DeviceFault, which.Length);
        }

        _finisher.End();
        return goesOn;
    }

    /// <summary>Sends as many as the device takes at once, and counts them and those that it will never take.</summary>
    /// <returns>How many frames are done with; after an error <see cref="_end"/> says so.</returns>
    private int TrySend(FrameBatch batch, ReadOnlySpan<int> which, out bool isFull)
    {
        isFull = false;
        ReadOnlySpan<int> chunk = which[..Math.Min(which.Length, _to.Capabilities.BatchSize)];
        int taken;
        batch.Refusal = DropReason.EgressFull;
        try
        {
            taken = Math.Clamp(_to.TrySend(batch, chunk), 0, chunk.Length);
        }
        catch (Exception error) when (!DeviceError.IsTerminal(error))
        {
            counters.Fault();
            isFull = true;
            return 0;
        }
        catch (Exception error)
        {
            _end = RelayEnd.Of(RelaySide.To, error);
            return 0;
        }

        CountSent(batch, chunk[..taken]);
        if (taken == chunk.Length)
        {
            return taken;
        }

        isFull = batch.Refusal is DropReason.EgressFull or DropReason.None;
        if (isFull)
        {
            return taken;
        }

        // A frame that is refused for itself does not hold up the others; a link that is down takes none of them.
        int lost = batch.Refusal is DropReason.DeviceRefused or DropReason.Oversize ? 1 : which.Length - taken;
        counters.Drop(batch.Refusal, lost);
        return taken + lost;
    }

    private void CountSent(FrameBatch batch, ReadOnlySpan<int> which)
    {
        if (which.Length > 0)
        {
            long octets = 0;
            foreach (int i in which)
            {
                octets += batch[i].Length;
            }

            counters.Sent(which.Length, octets);
        }
    }

    private bool IsMoving(int stalled)
    {
        if (stalled > MaxIdleRounds)
        {
            _end = new(RelaySide.To, new NoProgressException("the device says that it can send, and takes nothing"));
        }

        return stalled <= MaxIdleRounds;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitToSendAsync()
    {
        try
        {
            if (await _to.WaitToSendAsync().ConfigureAwait(false))
            {
                return true;
            }

            _end = new(RelaySide.To, null);
        }
        catch (Exception error) when (!DeviceError.IsTerminal(error))
        {
            counters.Fault();
            return true; // the next send says more
        }
        catch (Exception error)
        {
            _end = RelayEnd.Of(RelaySide.To, error);
        }

        return false;
    }
}
