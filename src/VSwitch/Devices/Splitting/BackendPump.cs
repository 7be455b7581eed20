using VSwitch.Frames;

namespace VSwitch.Devices.Splitting;

/// <summary>The way of a burst from the backend into the frontends' queues: fan-in from one device, the router, fan-out.</summary>
/// <remarks>Belongs to one loop.</remarks>
internal sealed class BackendPump
{
    private const int NoFrontend = 0;

    private readonly SplitBackend _backend;
    private readonly SplitFrontend?[] _frontends;
    private readonly TrafficCounters _counters;
    private readonly FrameBatch _batch = new(SplitterOptions.BatchSize);
    private readonly FanIn _fanIn = new();
    private readonly FanOut _fanOut = new();
    private readonly SplitPlan _plan;
    private readonly SplitSet _set;

    internal BackendPump(SplitBackend backend, SplitFrontend?[] frontends, TrafficCounters counters)
    {
        _backend = backend;
        _frontends = frontends;
        _counters = counters;
        _plan = new SplitPlan(frontends.Length - 1);
        _set = new SplitSet(frontends.Length - 1);
    }

    /// <summary>Brings one burst to the frontends.</summary>
    internal void Run(ISplitRouter? router)
    {
        _batch.Clear();
        _fanIn.MarkReady(_backend);
        _fanIn.Receive(_batch, timestamp: 0);
        if (_batch.Count == 0)
        {
            return;
        }

        _plan.Clear();
        Route(router);
        foreach (int index in _plan.Frontends)
        {
            Send(_plan.FramesFor(index), Volatile.Read(ref _frontends[index])?.Session);
        }
    }

    private void Route(ISplitRouter? router)
    {
        if (router is null)
        {
            for (int i = 0; i < _batch.Count; i++)
            {
                Assign(i, 1);
            }

            return;
        }

        int routed = 0;
        try
        {
            router.Lock();
            try
            {
                for (; routed < _batch.Count; routed++)
                {
                    Ask(router, routed);
                }
            }
            finally
            {
                router.Unlock();
            }
        }
        catch (Exception)
        {
            _counters.Drop(DropReason.RouterFault, _batch.Count - routed); // of its lock: none of the others was routed
        }
    }

    private void Ask(ISplitRouter router, int frame)
    {
        int offset = _batch[frame].Offset;
        ReadOnlySpan<byte> buffer = _batch.OctetsWithHeader(frame, offset);
        try
        {
            if (router is ISplitSetRouter setRouter)
            {
                _set.Clear();
                setRouter.Route(buffer, offset, _backend.IsNative, _set);
                AssignSet(frame);
            }
            else
            {
                Assign(frame, router.Route(buffer, offset, _backend.IsNative));
            }
        }
        catch (Exception)
        {
            _counters.Drop(DropReason.RouterFault);
        }
    }

    private void Assign(int frame, int index)
    {
        if (IsUp(index))
        {
            _plan.Assign(frame, index);
        }
        else
        {
            _counters.Drop(DropReason.NoRoute);
        }
    }

    private void AssignSet(int frame)
    {
        int copies = 0;
        for (int index = _set.Next(NoFrontend); index != NoFrontend; index = _set.Next(index))
        {
            if (IsUp(index))
            {
                _plan.Assign(frame, index);
                copies++;
            }
        }

        if (copies == 0)
        {
            _counters.Drop(DropReason.NoRoute);
        }
        else
        {
            _counters.Replicate(copies - 1);
        }
    }

    private bool IsUp(int index) => index > NoFrontend && index < _frontends.Length && Volatile.Read(ref _frontends[index]) is { IsUp: true };

    private void Send(ReadOnlySpan<int> frames, FrontendSession? session)
    {
        if (session is null)
        {
            _counters.Drop(DropReason.LinkDown, frames.Length); // it went down this very moment
        }
        else
        {
            _fanOut.Send(_batch, frames, session.Inside);
        }
    }
}
