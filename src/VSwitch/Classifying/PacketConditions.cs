namespace VSwitch.Classifying;

/// <summary>What a packet has to meet, all of it. Immutable.</summary>
internal sealed class PacketConditions
{
    private readonly (string Text, PacketCondition IsMet)[] _conditions;

    private PacketConditions((string Text, PacketCondition IsMet)[] conditions, bool canThrow) => (_conditions, CanThrow) = (conditions, canThrow);

    /// <summary>What every packet meets.</summary>
    internal static PacketConditions None { get; } = new([], canThrow: false);

    /// <summary>Whether there is none.</summary>
    internal bool IsEmpty => _conditions.Length == 0;

    /// <summary>Whether one of them is code of the user's.</summary>
    internal bool CanThrow { get; }

    /// <summary>As people would say them.</summary>
    public override string ToString() => IsEmpty ? "all" : string.Join(", ", _conditions.Select(c => c.Text));

    /// <summary>The same and one more.</summary>
    internal PacketConditions With(string text, PacketCondition isMet, bool canThrow = false) => new([.. _conditions, (text, isMet)], CanThrow || canThrow);

    internal bool IsMetBy(in PacketFacts facts)
    {
        foreach ((_, PacketCondition isMet) in _conditions)
        {
            if (!isMet(in facts))
            {
                return false;
            }
        }

        return true;
    }
}
