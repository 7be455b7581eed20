using System.Threading.Tasks.Sources;

namespace VSwitch.Devices;

/// <summary>Lets one caller at a time wait for a signal without allocating.</summary>
internal sealed class WaitSource : IValueTaskSource<bool>
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private bool _waiting;

    /// <summary>Waits for the next <see cref="Signal"/>.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    internal ValueTask<bool> Wait(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_waiting)
            {
                throw new InvalidOperationException("one caller at a time may wait here");
            }

            _core.Reset();
            _waiting = true;
            _cancellation = cancellationToken;
        }

        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static self => ((WaitSource)self!).Cancel(), this);
        }

        return new ValueTask<bool>(this, _core.Version);
    }

    /// <summary>Ends the wait, if somebody waits.</summary>
    internal void Signal(bool result)
    {
        if (TryEnd())
        {
            _core.SetResult(result);
        }
    }

    /// <inheritdoc/>
    public bool GetResult(short token)
    {
        _registration.Dispose();
        return _core.GetResult(token);
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        if (TryEnd())
        {
            _core.SetException(new OperationCanceledException(_cancellation));
        }
    }

    private bool TryEnd()
    {
        lock (_lock)
        {
            bool waited = _waiting;
            _waiting = false;
            return waited;
        }
    }
}
