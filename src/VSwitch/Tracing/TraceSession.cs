using System.Threading.Channels;

namespace VSwitch.Tracing;

/// <summary>Traces that were asked for, as they come. To be disposed of: the switch spends time on tracing until then, or until it has as many as were asked for.</summary>
public sealed class TraceSession : IDisposable
{
    private const int MaxWaiting = 1024;

    private readonly Channel<ForwardingTrace> _traces = Channel.CreateBounded<ForwardingTrace>(MaxWaiting);
    private readonly Action<TraceSession> _end;
    private int _left;
    private int _done;
    private long _lost;

    internal TraceSession(TraceRequest request, Action<TraceSession> end) => (Request, _left, _end) = (request, request.Count, end);

    /// <summary>What was asked for.</summary>
    public TraceRequest Request { get; }

    /// <summary>The traces; completes when there are as many as were asked for, or the session is disposed of.</summary>
    public ChannelReader<ForwardingTrace> Traces => _traces.Reader;

    /// <summary>Traces that nobody read in time: forwarding never waits.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Ends tracing.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _left, 0);
        _end(this);
        _traces.Writer.TryComplete();
    }

    /// <summary>Whether a frame is to be traced; takes one of those that were asked for.</summary>
    internal bool Wants(string port, ReadOnlySpan<byte> frame) =>
        Volatile.Read(ref _left) > 0
        && (Request.Port is null || Request.Port == port)
        && (Request.Filter is null || Request.Filter.Matches(frame))
        && Interlocked.Decrement(ref _left) >= 0;

    internal void Add(ForwardingTrace trace)
    {
        if (!_traces.Writer.TryWrite(trace))
        {
            Interlocked.Increment(ref _lost);
        }

        if (Interlocked.Increment(ref _done) == Request.Count)
        {
            Dispose();
        }
    }
}
