using VSwitch.Classifying;
using VSwitch.Frames;

namespace VSwitch.Devices.Dissecting;

/// <summary>A dissector that is not ours, in a process of its own: it may throw, loop, exhaust its memory, crash or lie, and nothing comes of it but a count.</summary>
/// <remarks>
/// One thread asks the process about copies of packets, one at a time. Who hands a packet over never waits. A process that takes too long is killed; one that was killed or has died is started
/// again by the first packet after a pause, and the pauses grow.
/// </remarks>
public sealed class GuardedDissector : IForeignDissector, IDisposable
{
    private const int GoodAnswers = 1000; // after so many, the pauses begin at the first again

    private readonly GuardedDissectorOptions _options;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly Thread _thread;
    private readonly Request[] _queue;
    private readonly long[] _outcomes = new long[Enum.GetValues<DissectorOutcome>().Length];
    private DissectorProcess? _process;
    private int _first;
    private int _waiting;
    private long _starts;
    private long _refused;
    private long _taken;
    private long _dropped;
    private long _restsUntil; // Environment.TickCount64
    private int _faultsInARow;
    private int _answersInARow;
    private bool _stopping;

    /// <summary>Starts the thread; it starts the process.</summary>
    /// <exception cref="ArgumentException">A value makes no sense.</exception>
    public GuardedDissector(GuardedDissectorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _queue = new Request[options.QueueLength];
        for (int i = 0; i < _queue.Length; i++)
        {
            _queue[i] = new Request(options.MaxOctets);
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "dissector guard" };
        _thread.Start();
    }

    /// <summary>What became of the packets up to now.</summary>
    public GuardedDissectorCounters Counters
    {
        get
        {
            lock (_gate)
            {
                return new(
                    _starts,
                    _refused,
                    _taken,
                    _outcomes[(int)DissectorOutcome.Read],
                    _outcomes[(int)DissectorOutcome.NotRead],
                    _outcomes[(int)DissectorOutcome.Threw],
                    _outcomes[(int)DissectorOutcome.TimedOut],
                    _outcomes[(int)DissectorOutcome.Died],
                    _outcomes[(int)DissectorOutcome.Garbage],
                    _dropped);
            }
        }
    }

    /// <summary>The id of the process; 0 while there is none.</summary>
    public int ProcessId
    {
        get
        {
            lock (_gate)
            {
                return _process?.Id ?? 0;
            }
        }
    }

    /// <inheritdoc/>
    public bool TryAsk(PacketClassifier classifier, in FlowTicket ticket, ReadOnlySpan<byte> octets, LinkLayer linkLayer)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        lock (_gate)
        {
            if (_stopping || _waiting == _queue.Length || IsResting)
            {
                _refused++;
                return false;
            }

            _queue[(_first + _waiting) % _queue.Length].Set(classifier, ticket, octets, linkLayer);
            _waiting++;
            _taken++;
            _asked.Release(); // within the lock: nobody releases what is disposed
        }

        return true;
    }

    /// <summary>Kills the process and ends the thread; who was asked about is not answered any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            _process?.Kill();
            _asked.Release();
        }

        _thread.Join();
        _asked.Dispose();
    }

    private bool IsResting => Environment.TickCount64 < _restsUntil;

    private void Run()
    {
        try
        {
            Start(); // so that the first packet finds it ready
        }
        catch (Exception)
        {
            Rest();
        }

        while (true)
        {
            _asked.Wait();
            lock (_gate)
            {
                if (_stopping)
                {
                    break;
                }
            }

            Answer(_queue[_first]); // stays in the queue, so that nobody writes over it
            lock (_gate)
            {
                _first = (_first + 1) % _queue.Length;
                _waiting--;
            }
        }

        End();
    }

    private void Answer(Request request)
    {
        try
        {
            if (_process is not null || (!IsResting && Start()))
            {
                Ask(request);
                return;
            }
        }
        catch (Exception)
        {
            Rest(); // an error that nobody foresaw must not end the switch
        }

        lock (_gate)
        {
            _dropped++;
        }
    }

    private void Ask(Request request)
    {
        DissectorOutcome outcome = _process!.Ask(request.Octets, request.LinkLayer, _options.TimeLimit, out PacketFacts facts);
        if (outcome == DissectorOutcome.Read)
        {
            request.Classifier?.Resolve(request.Ticket, facts);
        }

        if (outcome > DissectorOutcome.Threw)
        {
            Rest();
        }
        else if (++_answersInARow == GoodAnswers)
        {
            _faultsInARow = 0;
        }

        lock (_gate)
        {
            _outcomes[(int)outcome]++;
        }
    }

    private bool Start()
    {
        DissectorProcess? process = DissectorProcess.TryStart(_options);
        lock (_gate)
        {
            _starts++;
            _process = process;
            if (_stopping)
            {
                process?.Kill();
            }
        }

        _answersInARow = 0;
        if (process is not null && process.IsReady(_options.StartLimit))
        {
            return true;
        }

        Rest();
        return false;
    }

    /// <summary>Ends the process, and leaves the dissector alone for a while.</summary>
    private void Rest()
    {
        End();
        double pause = Math.Min(_options.FirstPause.TotalMilliseconds * Math.Pow(2, _faultsInARow), _options.MaxPause.TotalMilliseconds);
        _faultsInARow++;
        lock (_gate)
        {
            _restsUntil = Environment.TickCount64 + (long)pause;
        }
    }

    private void End()
    {
        DissectorProcess? process = _process;
        lock (_gate)
        {
            _process = null;
        }

        process?.Dispose();
    }

    /// <summary>A copy of a packet's front, and who wants to know.</summary>
    private sealed class Request(int maxOctets)
    {
        private readonly byte[] _octets = new byte[maxOctets];
        private int _length;

        internal PacketClassifier? Classifier { get; private set; }

        internal FlowTicket Ticket { get; private set; }

        internal LinkLayer LinkLayer { get; private set; }

        internal ReadOnlySpan<byte> Octets => _octets.AsSpan(0, _length);

        internal void Set(PacketClassifier classifier, in FlowTicket ticket, ReadOnlySpan<byte> octets, LinkLayer linkLayer)
        {
            _length = Math.Min(octets.Length, _octets.Length);
            octets[.._length].CopyTo(_octets);
            (Classifier, Ticket, LinkLayer) = (classifier, ticket, linkLayer);
        }
    }
}
