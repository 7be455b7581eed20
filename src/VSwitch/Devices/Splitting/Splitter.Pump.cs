namespace VSwitch.Devices.Splitting;

/// <content>The loops that belong to a backend; they end when it is detached.</content>
public sealed partial class Splitter
{
    /// <summary>Receives from the backend and routes.</summary>
    private async Task PumpAsync(SplitBackend backend)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var pump = new BackendPump(backend, _frontends, Counters);
        while (!backend.IsDetached)
        {
            try
            {
                if (!await backend.Device.WaitToReceiveAsync().ConfigureAwait(false))
                {
                    Expel(backend); // closed
                    return;
                }
            }
            catch (Exception error)
            {
                backend.FaultsInARow++;
                backend.Failed(error);
                if (error is DeviceDownException && !await WaitUntilUpAsync(backend).ConfigureAwait(false))
                {
                    return;
                }
            }

            pump.Run(Volatile.Read(ref _router));
        }
    }

    /// <summary>Tells all who wait to send when the backend has room.</summary>
    private async Task WatchRoomAsync(SplitBackend backend)
    {
        while (await WaitUntilRoomIsWantedAsync(backend).ConfigureAwait(false))
        {
            try
            {
                await backend.Device.WaitToSendAsync().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                backend.Failed(error); // who waits tries to send, and finds out
                if (error is DeviceDownException && !await WaitUntilUpAsync(backend).ConfigureAwait(false))
                {
                    return;
                }
            }

            foreach (SplitFrontend? frontend in _frontends)
            {
                frontend?.Session?.Senders.Signal(true);
            }
        }
    }

    private async Task WatchEventsAsync(SplitBackend backend)
    {
        try
        {
            await foreach (DeviceEvent change in backend.Device.Events.ReadAllAsync().ConfigureAwait(false))
            {
                Take(backend, change);
            }
        }
        catch (Exception)
        {
            // A device whose events end in an error may still carry packets; if it is closed, the pump finds out.
        }
    }

    private void Take(SplitBackend backend, DeviceEvent change)
    {
        if (change == DeviceEvent.MtuChanged)
        {
            backend.Mtu = backend.Device.Mtu;
            foreach (SplitFrontend? frontend in _frontends)
            {
                frontend?.SayMtuChanged();
            }

            return;
        }

        lock (_configuring)
        {
            backend.IsUp = change == DeviceEvent.Up;
        }

        if (change == DeviceEvent.Up)
        {
            backend.Woken.Signal(true);
        }
    }

    /// <summary>The backend said that it is down: waits until it is not.</summary>
    /// <returns>False when it is detached.</returns>
    private async ValueTask<bool> WaitUntilUpAsync(SplitBackend backend)
    {
        ValueTask<bool> woken;
        lock (_configuring)
        {
            woken = backend.IsDetached ? new(false) : backend.IsUp ? new(true) : backend.Woken.Wait(default);
        }

        bool isAttached = await woken.ConfigureAwait(false);
        if (isAttached && (backend.Device as IMayBeDown)?.WaitUntilUp(CancellationToken.None) is { IsCompleted: false } untilUp)
        {
            await untilUp.ConfigureAwait(false); // its events say nothing of it, or have not yet
            backend.FaultsInARow = 0;
        }

        return isAttached;
    }

    private ValueTask<bool> WaitUntilRoomIsWantedAsync(SplitBackend backend)
    {
        lock (_configuring)
        {
            bool wanted = backend.IsRoomWanted;
            backend.IsRoomWanted = false;
            return backend.IsDetached ? new(false) : wanted ? new(true) : backend.RoomWanted.Wait(default);
        }
    }
}
