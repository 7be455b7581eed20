using VSwitch.Frames;

namespace VSwitch.Devices.Relaying;

/// <summary>Carries frames one way, from one device to another, which can be swapped at run time.</summary>
/// <remarks>
/// It begins without devices, and owns those that it is given: a swap closes the old one. A device that fails makes its side passive until that
/// side is set again; nothing is received while the other side is missing or passive. Frames under way during a swap are counted drops: a frame only
/// ever goes to the device that was set when it was received. Any thread.
/// </remarks>
public sealed class Forwarder : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly WaitSource _changed = new();
    private readonly FrameRelay _relay;
    private readonly Task _work;
    private RelayRoute _route = new(null, null);
    private volatile bool _stopped;

    /// <summary>Makes a forwarder without devices.</summary>
    /// <param name="pool">Where batches come from while frames pass; null for the shared one.</param>
    public Forwarder(FrameBatchPool? pool = null)
    {
        _relay = new FrameRelay(pool ?? FrameBatchPool.Shared, Counters);
        _work = RunAsync();
    }

    /// <summary>What passed. Whenever nothing is under way, ReceivedFrames + Replicated = SentFrames + drops.</summary>
    public TrafficCounters Counters { get; } = new();

    /// <summary>Why the device that frames come from is passive; null while it works, and when there is none.</summary>
    public Exception? ReceiverFault => Volatile.Read(ref _route).From?.Fault;

    /// <summary>Why the device that frames go to is passive; null while it works, and when there is none.</summary>
    public Exception? SenderFault => Volatile.Read(ref _route).To?.Fault;

    /// <summary>Sets the device that frames come from, and closes the one before. Does nothing after a stop.</summary>
    /// <param name="device">Null for none. The one that is set already is not closed, and active again if it was passive.</param>
    /// <returns>Completes when the old one is closed.</returns>
    public ValueTask SetReceiverAsync(IPacketDevice? device) => SetAsync(device, from: true);

    /// <summary>Sets the device that frames go to, and closes the one before. Does nothing after a stop.</summary>
    /// <param name="device">Null for none. The one that is set already is not closed, and active again if it was passive.</param>
    /// <returns>Completes when the old one is closed.</returns>
    public ValueTask SetSenderAsync(IPacketDevice? device) => SetAsync(device, from: false);

    /// <summary>Ends the work for good, and closes both devices. Again is fine.</summary>
    /// <returns>Completes when all is over and every batch given back.</returns>
    public async Task StopAsync()
    {
        _stopped = true; // what is set from here on is refused
        RelayEndpoint? from = Exchange(null, from: true, isStop: true);
        RelayEndpoint? to = Exchange(null, from: false, isStop: true);
        from?.Close();
        to?.Close();
        await _work.ConfigureAwait(false);
        try
        {
            await CloseAsync(from).ConfigureAwait(false);
        }
        finally
        {
            await CloseAsync(to).ConfigureAwait(false);
        }
    }

    /// <summary>As <see cref="StopAsync"/>.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    /// <summary>Puts an endpoint in place. Calls no device.</summary>
    /// <returns>The one that was there, still open: the caller's to close.</returns>
    internal RelayEndpoint? Exchange(RelayEndpoint? endpoint, bool from, bool isStop = false)
    {
        RelayEndpoint? old;
        lock (_lock)
        {
            if (_stopped && !isStop)
            {
                return null;
            }

            RelayRoute route = _route;
            old = from ? route.From : route.To;
            Volatile.Write(ref _route, from ? route with { From = endpoint } : route with { To = endpoint });
        }

        _changed.Signal(true);
        return old;
    }

    private static ValueTask CloseAsync(RelayEndpoint? endpoint) => endpoint?.Device.DisposeAsync() ?? ValueTask.CompletedTask;

    private ValueTask SetAsync(IPacketDevice? device, bool from)
    {
        RelayEndpoint? old = Exchange(device is null ? null : new RelayEndpoint(device), from);
        old?.Close();
        return old?.Device == device ? ValueTask.CompletedTask : CloseAsync(old);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            RelayRoute route = Volatile.Read(ref _route);
            if (route.IsUsable)
            {
                await RelayAsync(route.From!, route.To!).ConfigureAwait(false);
            }
            else if (_stopped && route is { From: null, To: null })
            {
                return;
            }
            else
            {
                await WaitForChangeAsync(route).ConfigureAwait(false);
            }
        }
    }

    private async Task RelayAsync(RelayEndpoint from, RelayEndpoint to)
    {
        RelayEnd end;
        try
        {
            end = await _relay.RunAsync(from.Gate, to.Gate).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            end = new(RelaySide.From, error); // no batch of the size that it asks for
        }

        // An endpoint that was replaced meanwhile is marked, too: nobody looks at it any more.
        RelayEndpoint? ended = end.Side switch
        {
            RelaySide.From => from,
            RelaySide.To => to,
            _ => null,
        };
        ended?.Fault = end.Error ?? new DeviceClosedException(nameof(Forwarder));
    }

    private ValueTask<bool> WaitForChangeAsync(RelayRoute seen)
    {
        lock (_lock)
        {
            bool isOld = !ReferenceEquals(_route, seen) || (_stopped && seen is { From: null, To: null });
            return !isOld ? _changed.Wait(CancellationToken.None) : new(true);
        }
    }
}
