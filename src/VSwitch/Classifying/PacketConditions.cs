namespace VSwitch.Classifying;

/// <summary>What a packet has to meet, all of it. Immutable.</summary>
internal sealed class PacketConditions
{
    private readonly (string Text, PacketCondition IsMet)[] _conditions;

    private readonly FlowMask _mask;

    private PacketConditions((string Text, PacketCondition IsMet)[] conditions, in FlowMask mask, bool canThrow) => (_conditions, _mask, CanThrow) = (conditions, mask, canThrow);

    /// <summary>What every packet meets.</summary>
    internal static PacketConditions None { get; } = new([], mask: default, canThrow: false);

    /// <summary>Whether there is none.</summary>
    internal bool IsEmpty => _conditions.Length == 0;

    /// <summary>Whether one of them is code of the user's.</summary>
    internal bool CanThrow { get; }

    /// <summary>As people would say them.</summary>
    public override string ToString() => IsEmpty ? "all" : string.Join(", ", _conditions.Select(c => c.Text));

    /// <summary>The same and one more.</summary>
    /// <param name="text">As people would say it.</param>
    /// <param name="isMet">Asked of packets that pass the mask.</param>
    /// <param name="mask">What packets have in common that meet it.</param>
    /// <param name="canThrow">Whether it is code of the user's.</param>
    internal PacketConditions With(string text, PacketCondition isMet, in FlowMask mask, bool canThrow = false) =>
        new([.. _conditions, (text, isMet)], _mask.And(in mask), CanThrow || canThrow);

    internal bool IsMetBy(in PacketFacts facts)
    {
        if (!_mask.Passes(in facts.FlowInPlace))
        {
            return false;
        }

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
