using System.Runtime.InteropServices;

namespace VSwitch.Devices.Workers;

/// <summary>Waits by <c>await</c> for one descriptor, and calls a pump when there is something to read.</summary>
/// <remarks>In the <see cref="Reactor"/>'s set from the first wait on, one-shot: a descriptor that nobody waits for wakes nobody.</remarks>
internal sealed class Readiness(SafeHandle handle) : IReactorClient
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<bool>? _readable;
    private TaskCompletionSource<bool>? _writable;
    private IThreadPoolWorkItem? _pump;
    private bool _pumpArmed;
    private bool _closed;
    private long _token;

    /// <summary>Waits until the descriptor is readable.</summary>
    /// <returns>False when it is closed.</returns>
    internal ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => WaitAsync(ref _readable, cancellationToken);

    /// <summary>Waits until the descriptor is writable.</summary>
    /// <returns>False when it is closed.</returns>
    internal ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) => WaitAsync(ref _writable, cancellationToken);

    /// <summary>Runs <paramref name="pump"/> on a pool thread when the descriptor is readable, then not again before <see cref="ArmPump"/>.</summary>
    /// <param name="pump">Null for none from now on.</param>
    internal void SetPump(IThreadPoolWorkItem? pump)
    {
        lock (_gate)
        {
            _pump = pump;
            _pumpArmed = pump is not null;
            Arm();
        }
    }

    /// <summary>Lets the pump run again; nothing when it is no longer the one that is set.</summary>
    internal void ArmPump(IThreadPoolWorkItem pump)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_pump, pump))
            {
                _pumpArmed = true;
                Arm();
            }
        }
    }

    /// <summary>Ends all waits with false, for good; before the handle is closed.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _pump = null;
            Complete(ref _readable, false);
            Complete(ref _writable, false);
            if (_token != 0)
            {
                Reactor.Shared.Remove(handle, _token);
            }
        }
    }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events)
    {
        const EpollEvents Broken = EpollEvents.Error | EpollEvents.HangUp;
        lock (_gate)
        {
            if ((events & (EpollEvents.In | Broken)) != 0)
            {
                Complete(ref _readable, true);
                if (_pumpArmed && _pump is not null)
                {
                    _pumpArmed = false;
                    ThreadPool.UnsafeQueueUserWorkItem(_pump, preferLocal: false);
                }
            }

            if ((events & (EpollEvents.Out | Broken)) != 0)
            {
                Complete(ref _writable, true);
            }

            Arm();
        }
    }

    private ValueTask<bool> WaitAsync(ref TaskCompletionSource<bool>? waiter, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        lock (_gate)
        {
            if (_closed)
            {
                return ValueTask.FromResult(false);
            }

            waiter ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<bool> task = waiter.Task;
            Arm();
            return new(task.WaitAsync(cancellationToken));
        }
    }

    private static void Complete(ref TaskCompletionSource<bool>? waiter, bool result)
    {
        waiter?.TrySetResult(result);
        waiter = null;
    }

    private void Arm()
    {
        EpollEvents events = (_readable is not null || _pumpArmed ? EpollEvents.In : EpollEvents.None)
            | (_writable is not null ? EpollEvents.Out : EpollEvents.None);
        if (_closed || events == EpollEvents.None)
        {
            return;
        }

        try
        {
            if (_token == 0)
            {
                _token = Reactor.Shared.Add(handle, events | EpollEvents.OneShot, this);
            }
            else
            {
                Reactor.Shared.Arm(handle, events | EpollEvents.OneShot, _token);
            }
        }
        catch (ObjectDisposedException)
        {
            Complete(ref _readable, false);
            Complete(ref _writable, false);
        }
    }
}
