using System.Threading.Tasks.Sources;

namespace VSwitch.Devices;

/// <summary>Lets callers wait for a signal. One waits without allocating; who comes while another waits costs a task.</summary>
/// <remarks>
/// Any thread. Whoever signals has changed something first, and whoever waits looks at it first: both under one lock, or with a full fence between.
/// No continuation runs inside a signal: it goes to the pool, with this object as the work item, where the runtime's own way would allocate one.
/// </remarks>
internal sealed class WaitSource : IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private TaskCompletionSource<bool>? _others;
    private bool _taken;            // from a wait to the moment when its caller has the result
    private bool _waiting;          // from a wait to its end
    private bool _awaited;          // a continuation is registered
    private Action<object?>? _late; // a continuation that came when the wait had ended
    private object? _lateState;
    private bool _result;
    private Exception? _error;
    private volatile bool _anybody; // somebody may wait: without it a signal costs one read

    /// <summary>Waits for the next <see cref="Signal"/> or <see cref="Fail"/>.</summary>
    internal ValueTask<bool> Wait(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(cancellationToken);
        }

        lock (_lock)
        {
            _anybody = true;
            if (_taken)
            {
                _others ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
                return new ValueTask<bool>(_others.Task.WaitAsync(cancellationToken));
            }

            _core.Reset();
            _taken = true;
            _waiting = true;
            _awaited = false;
            _cancellation = cancellationToken;
        }

        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static self => ((WaitSource)self!).Cancel(), this);
        }

        return new ValueTask<bool>(this, _core.Version);
    }

    /// <summary>Ends all waits with a result.</summary>
    internal void Signal(bool result)
    {
        if (_anybody)
        {
            EndAll(result, null)?.TrySetResult(result);
        }
    }

    /// <summary>Ends all waits with an error.</summary>
    internal void Fail(Exception error)
    {
        if (_anybody)
        {
            EndAll(false, error)?.TrySetException(error);
        }
    }

    /// <inheritdoc/>
    public bool GetResult(short token)
    {
        _registration.Dispose(); // waits for a cancellation under way: a late one would hit the next wait
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            lock (_lock)
            {
                _registration = default;
                _taken = false;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    /// <inheritdoc/>
    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        lock (_lock)
        {
            if (_waiting || flags != ValueTaskSourceOnCompletedFlags.None)
            {
                _awaited = true;
                _core.OnCompleted(continuation, state, token, flags); // one that comes late goes to the pool: nothing runs here
                return;
            }

            (_late, _lateState) = (continuation, state);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    /// <summary>On a pool thread: runs the continuation.</summary>
    public void Execute()
    {
        if (_late is not { } late)
        {
            Complete();
            return;
        }

        object? state = _lateState;
        (_late, _lateState) = (null, null);
        late(state);
    }

    private void Cancel()
    {
        lock (_lock)
        {
            EndFirst(false, new OperationCanceledException(_cancellation));
        }
    }

    /// <returns>What the others wait for.</returns>
    private TaskCompletionSource<bool>? EndAll(bool result, Exception? error)
    {
        lock (_lock)
        {
            EndFirst(result, error);
            TaskCompletionSource<bool>? others = _others;
            _anybody = false;
            _others = null;
            return others;
        }
    }

    private void EndFirst(bool result, Exception? error)
    {
        if (_waiting)
        {
            (_waiting, _result, _error) = (false, result, error);
            if (_awaited)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
            }
            else
            {
                Complete(); // no continuation that could run
            }
        }
    }

    private void Complete()
    {
        if (_error is { } error)
        {
            _error = null;
            _core.SetException(error);
        }
        else
        {
            _core.SetResult(_result);
        }
    }
}
