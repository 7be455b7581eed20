namespace VSwitch.Classifying;

/// <summary>Rules in their order: the first that is met answers. Immutable.</summary>
public sealed class ClassifierRules
{
    private readonly ClassifierRule[] _rules;

    /// <summary>Puts rules in order.</summary>
    /// <param name="defaultAnswer">Of packets that meet none, and of those that can't be read.</param>
    /// <param name="rules">The rules.</param>
    public ClassifierRules(int defaultAnswer, params IEnumerable<ClassifierRule> rules)
    {
        DefaultAnswer = defaultAnswer;
        _rules = [.. rules];
        if (_rules.Contains(null))
        {
            throw new ArgumentException("a rule is null", nameof(rules));
        }
    }

    /// <summary>Of packets that meet no rule, and of those that can't be read.</summary>
    public int DefaultAnswer { get; }

    /// <summary>The rules.</summary>
    public IReadOnlyList<ClassifierRule> Rules => _rules;

    /// <summary>The answer of a rule, by its place; the place behind the last is the default's.</summary>
    internal int AnswerOf(int rule) => rule < _rules.Length ? _rules[rule].Answer : DefaultAnswer;

    /// <summary>Finds the first rule that is met.</summary>
    /// <param name="facts">What the packet shows.</param>
    /// <param name="faults">Grows by each rule that threw; it is not met.</param>
    /// <returns>Its place; behind the last when there is none.</returns>
    internal int Find(in PacketFacts facts, ref long faults)
    {
        int rule = 0;
        for (; rule < _rules.Length; rule++)
        {
            try
            {
                if (_rules[rule].IsMetBy(facts))
                {
                    break;
                }
            }
            catch (Exception)
            {
                faults++; // a condition of the user's
            }
        }

        return rule;
    }
}
