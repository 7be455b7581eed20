using System.Runtime.CompilerServices;

namespace VSwitch.Devices.Workers;

/// <summary>A device without a descriptor: its wait rings the worker's bell.</summary>
internal sealed class AwaitedWatch : Watch
{
    /// <summary>How long a device that threw is left alone.</summary>
    internal const int PauseMilliseconds = 100;

    private readonly EpollSet _epoll;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _token;
    private readonly Action _ring;
    private ValueTaskAwaiter<bool> _awaiter;
    private bool _armed;        // a wait is under way
    private bool _closed;
    private Task<bool>? _untilUp; // the device is down and may come up again: the next wait
    private long _faults;       // of the device, when it was last looked at
    private long _pausedUntil;  // Environment.TickCount64
    private volatile bool _rung;

    internal AwaitedWatch(AttachedDevice device, EpollSet epoll)
        : base(device)
    {
        _epoll = epoll;
        _ring = Ring;
        _token = _stop.Token;
    }

    internal override void Start() => _epoll.Wake(); // the worker's next look arms the wait

    public override void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <summary>The device threw, and is left alone for a while: the worker has to look again by itself.</summary>
    internal bool IsPaused => Environment.TickCount64 < _pausedUntil;

    /// <summary>On the worker's thread: whether the device has something; if not, it will ring.</summary>
    internal bool IsReadyOrArm()
    {
        if (Device.IsReady || _closed || PauseAfterFault())
        {
            return false; // in the round already, or never again, or not now
        }

        if (_armed)
        {
            return _rung && TakeOrArm();
        }

        try
        {
#pragma warning disable CA2012 // Consumed once, in Take: an awaiter is what a wait without allocation is made of.
            _awaiter = (_untilUp is null ? Device.Device.WaitToReceiveAsync(_token) : new ValueTask<bool>(_untilUp)).GetAwaiter();
#pragma warning restore CA2012
        }
        catch (Exception error) when (error is ObjectDisposedException or OperationCanceledException)
        {
            _closed = true;
            return false;
        }

        _armed = true;
        if (_awaiter.IsCompleted)
        {
            return TakeOrArm();
        }

        _rung = false;
        _awaiter.UnsafeOnCompleted(_ring);
        return false;
    }

    // A device that throws whenever it is asked, and says at once that it has something, would take the whole thread.
    private bool PauseAfterFault()
    {
        long faults = Device.Counters.Faults;
        if (faults != _faults)
        {
            _faults = faults;
            _pausedUntil = Environment.TickCount64 + PauseMilliseconds;
        }

        return IsPaused;
    }

    private bool TakeOrArm() => Take() || (_untilUp is not null && IsReadyOrArm());

    private bool Take()
    {
        _armed = false;
        _rung = false;
        _untilUp = null;
        try
        {
            _closed = !_awaiter.GetResult();
        }
        catch (DeviceDownException)
        {
            _untilUp = (Device.Device as IMayBeDown)?.WaitUntilUp(_token);
            _closed = _untilUp is null;
        }
        catch (Exception error) when (error is ObjectDisposedException or OperationCanceledException)
        {
            _closed = true;
        }

        return !_closed && _untilUp is null;
    }

    private void Ring()
    {
        _rung = true;
        _epoll.Wake();
    }
}
