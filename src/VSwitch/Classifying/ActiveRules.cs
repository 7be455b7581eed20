namespace VSwitch.Classifying;

/// <summary>Rules that answer, and what they answered.</summary>
internal sealed class ActiveRules(ClassifierRules rules, int generation)
{
    private readonly (long Packets, long Octets)[] _hits = new (long, long)[rules.Rules.Count + 1];

    internal ClassifierRules Rules { get; } = rules;

    internal int Generation { get; } = generation;

    internal void Count(int rule, int octets)
    {
        ref (long Packets, long Octets) hits = ref _hits[rule];
        hits.Packets++;
        hits.Octets += octets;
    }

    internal RuleHits[] Hits() =>
        [.. _hits.Select((h, i) => new RuleHits(i < Rules.Rules.Count ? Rules.Rules[i] : null, Rules.AnswerOf(i), h.Packets, h.Octets))];
}
