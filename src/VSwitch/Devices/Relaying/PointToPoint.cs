using VSwitch.Frames;

namespace VSwitch.Devices.Relaying;

/// <summary>Carries frames both ways between two devices, A and B, which can be swapped at run time: two forwarders.</summary>
/// <remarks>As <see cref="Forwarder"/>: begins without devices, owns those that it is given, closes the old one of a swap.</remarks>
public sealed class PointToPoint : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Forwarder _aToB;
    private readonly Forwarder _bToA;
    private bool _stopped;

    /// <summary>Makes one without devices.</summary>
    /// <param name="pool">Where batches come from while frames pass; null for the shared one.</param>
    public PointToPoint(FrameBatchPool? pool = null)
    {
        _aToB = new Forwarder(pool);
        _bToA = new Forwarder(pool);
    }

    /// <summary>What passed from A to B.</summary>
    public TrafficCounters CountersAToB => _aToB.Counters;

    /// <summary>What passed from B to A.</summary>
    public TrafficCounters CountersBToA => _bToA.Counters;

    /// <summary>Why A is passive, in one direction at least; null while it works.</summary>
    public Exception? FaultA => _aToB.ReceiverFault ?? _bToA.SenderFault;

    /// <summary>Why B is passive, in one direction at least; null while it works.</summary>
    public Exception? FaultB => _bToA.ReceiverFault ?? _aToB.SenderFault;

    /// <summary>Sets A, and closes the device that was A before. Does nothing after a stop.</summary>
    /// <param name="device">Null for none. The one that is set already is not closed, and active again if it was passive.</param>
    /// <returns>Completes when the old one is closed.</returns>
    public ValueTask SetAAsync(IPacketDevice? device) => SetAsync(_aToB, _bToA, device);

    /// <summary>Sets B, and closes the device that was B before. Does nothing after a stop.</summary>
    /// <param name="device">Null for none. The one that is set already is not closed, and active again if it was passive.</param>
    /// <returns>Completes when the old one is closed.</returns>
    public ValueTask SetBAsync(IPacketDevice? device) => SetAsync(_bToA, _aToB, device);

    /// <summary>Ends the work for good, and closes both devices. Again is fine.</summary>
    /// <returns>Completes when all is over and every batch given back.</returns>
    public async Task StopAsync()
    {
        lock (_lock)
        {
            _stopped = true;
        }

        try
        {
            await _aToB.StopAsync().ConfigureAwait(false);
        }
        finally
        {
            await _bToA.StopAsync().ConfigureAwait(false);
        }
    }

    /// <summary>As <see cref="StopAsync"/>.</summary>
    public ValueTask DisposeAsync() => new(StopAsync());

    private ValueTask SetAsync(Forwarder receiving, Forwarder sending, IPacketDevice? device)
    {
        RelayEndpoint? receiver = device is null ? null : new(device);
        RelayEndpoint? sender = device is null ? null : new(device);
        RelayEndpoint? oldReceiver = null;
        RelayEndpoint? oldSender = null;
        lock (_lock) // both or neither: of two callers at once one wins, and not each a half
        {
            if (!_stopped)
            {
                oldReceiver = receiving.Exchange(receiver, from: true);
                oldSender = sending.Exchange(sender, from: false);
            }
        }

        oldReceiver?.Close();
        oldSender?.Close();
        IPacketDevice? old = oldReceiver?.Device;
        return old is null || old == device ? ValueTask.CompletedTask : old.DisposeAsync();
    }
}
