using System.Runtime.CompilerServices;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Joining;

/// <summary>A device inside a joiner, and the two waits on it that are always under way: for frames, and for events.</summary>
/// <remarks>
/// No thread and no task: a wait's continuation is one of two delegates that live as long as this. At any time at most one of these is true: the device is in the
/// round of the fan-in, it is on its way there (<see cref="Joiner.MarkReady"/>), a wait for frames or for the way up is under way, it is dormant, it is detached.
/// </remarks>
internal sealed class NestedDevice : AttachedDevice
{
    private const int MaxFaultsInARow = 1000; // temporary errors, if they are nothing else, come between frames

    private readonly Joiner _joiner;
    private readonly Action _onReadable;
    private readonly Action _onEvent;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _readable;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _event;
    private int _dormant;
    private bool _waitsForUp; // the wait under way is not for frames

    internal NestedDevice(Joiner joiner, IPacketDevice device, PortId port, TrafficCounters counters)
        : base(device, port, counters)
    {
        _joiner = joiner;
        _onReadable = EndWait;
        _onEvent = EndEventWait;
        Capabilities = device.Capabilities;
        Mtu = device.Mtu;
    }

    internal DeviceCapabilities Capabilities { get; }

    /// <summary>As the device said last; changed under the joiner's lock.</summary>
    internal bool IsUp { get; set; } = true;

    /// <summary>As the device said last; changed under the joiner's lock.</summary>
    internal int Mtu { get; set; }

    /// <summary>Waits for frames, and marks the device ready when there are some.</summary>
    internal void Wait() => Wait(null);

    private void Wait(Task<bool>? untilUp)
    {
        try
        {
#pragma warning disable CA2012 // Consumed once, in EndWait: an awaiter is what a wait without allocation is made of.
            _readable = (untilUp is null ? Device.WaitToReceiveAsync() : new ValueTask<bool>(untilUp)).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
            if (!_readable.IsCompleted)
            {
                _waitsForUp = untilUp is not null;
                _readable.UnsafeOnCompleted(_onReadable);
                return;
            }
        }
        catch (Exception error)
        {
            EndWait(error);
            return;
        }

        EndWait();
    }

    /// <summary>Reads the device's events from now on.</summary>
    internal void WatchEvents()
    {
        try
        {
            do
            {
                while (Device.Events.TryRead(out DeviceEvent change))
                {
                    _joiner.Changed(this, change, change == DeviceEvent.MtuChanged ? Device.Mtu : Mtu);
                }

#pragma warning disable CA2012 // as in Wait
                _event = Device.Events.WaitToReadAsync().ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
                if (!_event.IsCompleted)
                {
                    _event.UnsafeOnCompleted(_onEvent);
                    return;
                }
            }
            while (_event.GetResult());
        }
        catch (Exception)
        {
            // A device whose events end in an error may still carry frames; if it is closed, the other wait says so.
        }
    }

    /// <summary>The device is up again: if it had nothing to wait for while it was down, waits again.</summary>
    internal void WakeUp()
    {
        if (Interlocked.Exchange(ref _dormant, 0) != 0)
        {
            Wait();
        }
    }

    internal override void WentDry()
    {
        if (!IsDetached)
        {
            Wait();
        }
    }

    internal override void Failed(Exception error)
    {
        if (error is DeviceDownException && FaultsInARow < MaxFaultsInARow)
        {
            return; // down is not closed: the wait finds out
        }

        if (DeviceError.IsTerminal(error) || FaultsInARow >= MaxFaultsInARow)
        {
            _joiner.Expel(this);
        }
    }

    private void EndWait()
    {
        try
        {
            if (_readable.GetResult())
            {
                FaultsInARow = _waitsForUp ? 0 : FaultsInARow; // that it was down is over
                _waitsForUp = false;
                _joiner.MarkReady(this);
            }
            else
            {
                _joiner.Expel(this); // closed
            }
        }
        catch (Exception error)
        {
            EndWait(error);
        }
    }

    private void EndWait(Exception error)
    {
        FaultsInARow++;
        if (error is DeviceDownException)
        {
            Interlocked.Exchange(ref _dormant, 1); // before IsUp is read: whoever sets it looks here afterwards
            if (!IsUp)
            {
                return; // until WakeUp
            }

            if (Interlocked.Exchange(ref _dormant, 0) == 0)
            {
                return; // it was, just now
            }

            if (FaultsInARow < MaxFaultsInARow && (Device as IMayBeDown)?.WaitUntilUp(CancellationToken.None) is { } untilUp)
            {
                Wait(untilUp); // its events say nothing of it, or have not yet
                return;
            }
        }

        Failed(error);
        if (!IsDetached)
        {
            _joiner.MarkReady(this); // a passing error: it is asked again in its turn
        }
    }

    private void EndEventWait()
    {
        bool open;
        try
        {
            open = _event.GetResult();
        }
        catch (Exception)
        {
            return;
        }

        if (open)
        {
            WatchEvents();
        }
    }
}
