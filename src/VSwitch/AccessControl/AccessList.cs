using VSwitch.Classifying;

namespace VSwitch.AccessControl;

/// <summary>Rules in their order: the first that matches a frame decides, and a frame that matches none is denied. Counts what was decided.</summary>
/// <remarks>
/// Any number of threads may ask at once. The rules never change: other rules are another list, whose counters begin at zero. A list may stand at many ports, and counts for all of
/// them. Frames are looked at as they are, their tags included; no state is kept between them.
/// </remarks>
public sealed class AccessList
{
    /// <summary>Rules that a list may have.</summary>
    public const int MaxRules = 4096;

    private const int None = -1;

    private readonly AccessRule[] _rules;
    private readonly AccessTest[] _tests;
    private readonly bool[] _permits;
    private readonly long[] _hits; // one for each rule, and behind them that of the implicit deny
    private long _faults;

    /// <summary>Puts rules in order.</summary>
    /// <param name="name">For people; not empty.</param>
    /// <param name="rules">At most <see cref="MaxRules"/>; a list without any denies everything.</param>
    /// <exception cref="ArgumentException">There are too many rules, or one is null, or there is no name.</exception>
    public AccessList(string name, IEnumerable<AccessRule> rules)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(rules);
        Name = name;
        _rules = [.. rules.Take(MaxRules + 1)];
        if (_rules.Length > MaxRules || _rules.Contains(null))
        {
            throw new ArgumentException($"{name}: more than {MaxRules} rules, or one that is null", nameof(rules));
        }

        _tests = [.. _rules.Select(r => new AccessTest(r.Filter, r.Conditions))];
        _permits = [.. _rules.Select(r => r.Action == AccessAction.Permit)];
        _hits = new long[_rules.Length + 1];
    }

    /// <summary>The list's name.</summary>
    public string Name { get; }

    /// <summary>The rules.</summary>
    public IReadOnlyList<AccessRule> Rules => _rules;

    /// <summary>How often each rule decided up to now, in their order.</summary>
    public IReadOnlyList<AccessRuleHits> Hits => [.. _rules.Select((r, i) => new AccessRuleHits(r, Volatile.Read(ref _hits[i])))];

    /// <summary>Frames that matched no rule.</summary>
    public long ImplicitDenies => Volatile.Read(ref _hits[^1]);

    /// <summary>How often a condition threw (<see cref="ClassifierRule.Where"/>); it was not met then, whether its rule permits or denies.</summary>
    public long RuleFaults => Volatile.Read(ref _faults);

    /// <summary>Finds the rule that decides; counts nothing.</summary>
    /// <param name="frame">From its Ethernet header on.</param>
    /// <returns>The rule's index; -1 for the implicit deny.</returns>
    internal int Find(ReadOnlySpan<byte> frame)
    {
        long faults = 0;
        return Find(frame, ref faults);
    }

    /// <summary>Decides about a frame, and counts that.</summary>
    /// <param name="frame">From its Ethernet header on.</param>
    internal bool Permits(ReadOnlySpan<byte> frame)
    {
        long faults = 0;
        int rule = Find(frame, ref faults);
        Interlocked.Increment(ref _hits[rule == None ? _rules.Length : rule]);
        if (faults != 0)
        {
            Interlocked.Add(ref _faults, faults);
        }

        return rule != None && _permits[rule];
    }

    private int Find(ReadOnlySpan<byte> frame, ref long faults)
    {
        bool isRead = false;
        bool isReadable = false;
        PacketFacts facts = default;
        AccessTest[] tests = _tests;
        for (int rule = 0; rule < tests.Length; rule++)
        {
            ref readonly AccessTest test = ref tests[rule];
            if (test.Filter is { } filter)
            {
                if (filter.Matches(frame))
                {
                    return rule;
                }

                continue;
            }

            if (test.Conditions is null)
            {
                return rule;
            }

            if (!isRead)
            {
                isReadable = SpanDissector.TryRead(frame, out facts);
                isRead = true;
            }

            if (isReadable && test.IsMetBy(in facts, ref faults))
            {
                return rule;
            }
        }

        return None;
    }
}
