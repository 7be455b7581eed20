using VSwitch.Frames;

namespace VSwitch.Classifying;

/// <summary>Answers packets by rules: once per flow, and from its table of flows from then on.</summary>
/// <remarks>
/// Any thread; a burst takes the lock once. A packet is read by <see cref="SpanDissector"/>, and a packet that is first of its flow is asked the rules. All packets of a flow get its
/// answer, until the rules are replaced, the flow is silent for the ageing time, or a foreign dissector shows more of that packet. The README of this folder has the theory of operation.
/// </remarks>
public sealed class PacketClassifier
{
    private readonly Lock _gate = new();
    private readonly FlowTable _flows;
    private readonly ulong _seed;
    private readonly TimeProvider _time;
    private readonly IForeignDissector? _foreign;
    private readonly long _start;
    private ActiveRules _active;
    private uint _now;
    private long _hits;
    private long _misses;
    private long _unreadable;
    private long _faults;
    private long _asked;
    private long _notAsked;
    private long _answered;

    /// <summary>Makes a classifier without flows.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="options">Sizes; null for the defaults.</param>
    /// <param name="time">The clock that flows age by; read once a burst. Null for the system's.</param>
    /// <param name="foreign">Asked about the first packet of each flow, beside the rules; null for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size makes no sense.</exception>
    public PacketClassifier(ClassifierRules rules, ClassifierOptions? options = null, TimeProvider? time = null, IForeignDissector? foreign = null)
    {
        ArgumentNullException.ThrowIfNull(rules);
        options ??= new ClassifierOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Flows, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Flows, ClassifierOptions.MaxFlows, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.AgeingTime, TimeSpan.FromSeconds(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.AgeingTime, TimeSpan.FromSeconds(1_000_000), nameof(options));
        _flows = new(options.Flows, (int)Math.Ceiling(options.AgeingTime.TotalSeconds));
        _seed = options.HashSeed;
        _time = time ?? TimeProvider.System;
        _start = _time.GetTimestamp();
        _foreign = foreign;
        _active = new(rules, generation: 1);
    }

    /// <summary>The rules that answer now.</summary>
    public ClassifierRules Rules => Volatile.Read(ref _active).Rules;

    /// <summary>Flows that fit.</summary>
    public int Capacity => _flows.Capacity;

    /// <summary>What was done up to now.</summary>
    public ClassifierCounters Counters
    {
        get
        {
            lock (_gate)
            {
                return new(_hits, _misses, _unreadable, _flows.Full, _flows.Evicted, _flows.Aged, _faults, _asked, _notAsked, _answered);
            }
        }
    }

    /// <summary>Has other rules answer from the next burst on; each flow's next packet is asked them. The counters of rules begin at zero.</summary>
    public void Replace(ClassifierRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        lock (_gate)
        {
            Volatile.Write(ref _active, new(rules, _active.Generation + 1));
        }
    }

    /// <summary>Answers one packet; takes the lock for it.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="linkLayer">What it begins with.</param>
    public int Classify(ReadOnlySpan<byte> packet, LinkLayer linkLayer)
    {
        Enter();
        try
        {
            return ClassifyEntered(packet, linkLayer);
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Answers a burst; takes the lock once.</summary>
    /// <param name="batch">The packets.</param>
    /// <param name="linkLayer">What they begin with.</param>
    /// <param name="answers">Takes an answer for each.</param>
    /// <exception cref="ArgumentException">There are more packets than room for answers.</exception>
    public void Classify(FrameBatch batch, LinkLayer linkLayer, Span<int> answers)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (answers.Length < batch.Count)
        {
            throw new ArgumentException("fewer answers than packets", nameof(answers));
        }

        Enter();
        try
        {
            for (int i = 0; i < batch.Count; i++)
            {
                answers[i] = ClassifyEntered(batch.Octets(i), linkLayer);
            }
        }
        finally
        {
            Exit();
        }
    }

    /// <summary>Has the rules asked again about a flow, with what a dissector saw of its first packet, and holds their answer from now on.</summary>
    /// <param name="ticket">As <see cref="IForeignDissector.TryAsk"/> got it.</param>
    /// <param name="facts">What the dissector saw: it adds to what ours saw, contradicts nothing, and takes nothing away.</param>
    /// <returns>False when that comes too late: the rules were replaced, or the flow gave way to another.</returns>
    public bool Resolve(in FlowTicket ticket, in PacketFacts facts)
    {
        ActiveRules active = Volatile.Read(ref _active);
        long faults = 0;
        int rule = active.Rules.Find(ticket.Facts.With(facts), ref faults);
        FlowKey flow = ticket.Facts.Flow;
        ulong hash = flow.Hash(_seed);
        lock (_gate)
        {
            _faults += faults;
            int at = _flows.Find(flow, hash);
            if (at < 0 || active != _active || ticket.Generation != active.Generation || _flows[at].Generation != active.Generation)
            {
                return false;
            }

            ref FlowSlot slot = ref _flows[at];
            slot.Rule = rule;
            slot.Answer = active.Rules.AnswerOf(rule);
            _answered++;
            return true;
        }
    }

    /// <summary>The flows that are held.</summary>
    public IReadOnlyList<FlowEntry> Flows()
    {
        List<FlowEntry> entries = [];
        lock (_gate)
        {
            uint now = Now();
            _flows.Visit(now, s => entries.Add(new(s.Flow, s.Answer, s.Packets, s.Octets, TimeSpan.FromSeconds(Math.Max(0, (int)(now - s.Stamp))))));
        }

        return entries;
    }

    /// <summary>What each rule answered, in the rules' order; the default comes last.</summary>
    public IReadOnlyList<RuleHits> Hits()
    {
        lock (_gate)
        {
            return _active.Hits();
        }
    }

    /// <summary>A burst begins: takes the lock, and reads the clock.</summary>
    internal void Enter()
    {
        _gate.Enter();
        _now = Now();
    }

    /// <summary>The burst is over.</summary>
    internal void Exit() => _gate.Exit();

    /// <summary>Answers a packet between <see cref="Enter"/> and <see cref="Exit"/>.</summary>
    internal int ClassifyEntered(ReadOnlySpan<byte> packet, LinkLayer linkLayer)
    {
        ActiveRules active = _active;
        if (!SpanDissector.TryRead(packet, linkLayer, out PacketFacts facts))
        {
            _unreadable++;
            active.Count(active.Rules.Rules.Count, packet.Length);
            return active.Rules.DefaultAnswer;
        }

        ulong hash = facts.FlowInPlace.Hash(_seed);
        int at = _flows.Find(in facts.FlowInPlace, hash);
        if (at < 0 || _flows[at].Generation != active.Generation || _flows.IsExpired(at, _now))
        {
            return AskSlow(packet, linkLayer, facts, hash);
        }

        ref FlowSlot slot = ref _flows[at];
        _hits++;
        slot.Stamp = _now;
        slot.Packets++;
        slot.Octets += packet.Length;
        active.Count(slot.Rule, packet.Length);
        return slot.Answer;
    }

    private int AskSlow(ReadOnlySpan<byte> packet, LinkLayer linkLayer, in PacketFacts facts, ulong hash)
    {
        ActiveRules active = _active;
        _misses++;
        int rule = active.Rules.Find(facts, ref _faults);
        int answer = active.Rules.AnswerOf(rule);
        active.Count(rule, packet.Length);

        int at = _flows.Find(in facts.FlowInPlace, hash);
        if (at < 0 || _flows.IsExpired(at, _now))
        {
            at = _flows.Enter(in facts.FlowInPlace, hash, _now);
        }

        if (at < 0)
        {
            return answer;
        }

        ref FlowSlot slot = ref _flows[at]; // of earlier rules, or new
        slot.Rule = rule;
        slot.Answer = answer;
        slot.Generation = active.Generation;
        slot.Stamp = _now;
        slot.Packets++;
        slot.Octets += packet.Length;
        if (_foreign is not null)
        {
            AskForeign(_foreign, packet, linkLayer, facts);
        }

        return answer;
    }

    private void AskForeign(IForeignDissector foreign, ReadOnlySpan<byte> packet, LinkLayer linkLayer, in PacketFacts facts)
    {
        if (foreign.TryAsk(this, new(facts, _active.Generation), packet, linkLayer))
        {
            _asked++;
        }
        else
        {
            _notAsked++;
        }
    }

    private uint Now() => (uint)((_time.GetTimestamp() - _start) / _time.TimestampFrequency);
}
