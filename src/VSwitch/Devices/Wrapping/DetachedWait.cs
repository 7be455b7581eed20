using System.Runtime.CompilerServices;

namespace VSwitch.Devices.Wrapping;

/// <summary>One wait inside the wrapped device for all who wait at its wrappers, in one direction.</summary>
/// <remarks>
/// It takes no frame, so that nothing is lost when nobody waits any more at its end. A device that can't be cancelled keeps it pending; the next
/// who waits shares it. Waits at the wrappers may end for nothing: who waited looks, and waits again.
/// </remarks>
internal sealed class DetachedWait
{
    private readonly DetachedStack _stack;
    private readonly bool _sends;
    private readonly Action _onCompleted;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _awaiter;
    private int _pending;

    internal DetachedWait(DetachedStack stack, bool sends)
    {
        _stack = stack;
        _sends = sends;
        _onCompleted = Complete;
    }

    /// <summary>Sees to it that a wait is pending; its end is signalled to all wrappers.</summary>
    internal void Begin()
    {
        if (Interlocked.Exchange(ref _pending, 1) != 0)
        {
            return;
        }

        try
        {
            CancellationToken stop = _stack.TakeToken();
#pragma warning disable CA2012 // Consumed once, in Complete: an awaiter is what a wait without allocation is made of.
            _awaiter = (_sends ? _stack.Device.WaitToSendAsync(stop) : _stack.Device.WaitToReceiveAsync(stop)).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        }
        catch (Exception error)
        {
            End(DeviceError.IsClosed(error) ? null : error, result: false);
            return;
        }

        if (_awaiter.IsCompleted)
        {
            Complete();
        }
        else
        {
            _awaiter.UnsafeOnCompleted(_onCompleted);
        }
    }

    private void Complete()
    {
        ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter awaiter = _awaiter;
        _awaiter = default;
        try
        {
            End(null, awaiter.GetResult());
        }
        catch (OperationCanceledException)
        {
            End(null, result: true); // let go; who waits again since then looks, and begins anew
        }
        catch (Exception error)
        {
            End(DeviceError.IsClosed(error) ? null : error, result: false);
        }
    }

    private void End(Exception? error, bool result)
    {
        Interlocked.Exchange(ref _pending, 0); // before the signals: who is not signalled finds it 0
        foreach (DetachedDevice wrapper in _stack.Wrappers)
        {
            WaitSource source = _sends ? wrapper.Senders : wrapper.Receivers;
            if (error is null)
            {
                source.Signal(result);
            }
            else
            {
                source.Fail(error);
            }
        }
    }
}
