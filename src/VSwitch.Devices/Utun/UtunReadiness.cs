namespace VSwitch.Devices.Utun;

/// <summary>Waits for a utun by <c>await</c>: a thread of its own, from the first wait on, blocks in poll for whoever waits.</summary>
internal sealed class UtunReadiness(IUtunSocket socket, Action broken)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<bool>? _readable;
    private TaskCompletionSource<bool>? _writable;
    private Thread? _thread;
    private bool _closed;

    /// <summary>Waits until there is a packet.</summary>
    /// <returns>False when the device is closed.</returns>
    internal ValueTask<bool> WaitToReceiveAsync(CancellationToken cancellationToken) => WaitAsync(ref _readable, cancellationToken);

    /// <summary>Waits until there is room.</summary>
    /// <returns>False when the device is closed.</returns>
    internal ValueTask<bool> WaitToSendAsync(CancellationToken cancellationToken) => WaitAsync(ref _writable, cancellationToken);

    /// <summary>Ends all waits with false, and closes the socket, after the thread if there is one; again is fine.</summary>
    internal void Close()
    {
        bool ownsSocket;
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            Complete(ref _readable, false);
            Complete(ref _writable, false);
            ownsSocket = _thread is null;
            if (!ownsSocket)
            {
                socket.Wake(); // under the lock: the thread closes the socket only when it has had it
            }
        }

        if (ownsSocket)
        {
            socket.Dispose();
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
                return new(false);
            }

            waiter ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<bool> task = waiter.Task;
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = $"poll {socket.Name}" };
                _thread.UnsafeStart();
            }
            else
            {
                socket.Wake();
            }

            return new(task.WaitAsync(cancellationToken));
        }
    }

    private static void Complete(ref TaskCompletionSource<bool>? waiter, bool result)
    {
        waiter?.TrySetResult(result);
        waiter = null;
    }

    private void Run()
    {
        try
        {
            while (TryFindWanted(out UtunEvents wanted))
            {
                Tell(socket.Wait(wanted));
            }
        }
        catch (UtunException)
        {
            broken();
        }

        socket.Dispose();
    }

    private bool TryFindWanted(out UtunEvents wanted)
    {
        lock (_gate)
        {
            wanted = (_readable is null ? UtunEvents.None : UtunEvents.Receive) | (_writable is null ? UtunEvents.None : UtunEvents.Send);
            return !_closed;
        }
    }

    private void Tell(UtunEvents ready)
    {
        lock (_gate)
        {
            if ((ready & UtunEvents.Receive) != 0)
            {
                Complete(ref _readable, true);
            }

            if ((ready & UtunEvents.Send) != 0)
            {
                Complete(ref _writable, true);
            }
        }
    }
}
