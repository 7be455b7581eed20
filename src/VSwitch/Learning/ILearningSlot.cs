namespace VSwitch.Learning;

/// <summary>A place of a <see cref="LearningTable{TKey, TSlot}"/>: how an occupant's key is kept and compared.</summary>
/// <typeparam name="TSelf">The slot.</typeparam>
/// <typeparam name="TKey">What it is searched by; its default is never learned.</typeparam>
/// <remarks>
/// The first word, the tag, carries the occupancy number in its upper 4 bits; 0 is the tag of a slot that ends every search. The value carries the same number in
/// its lowest 4 bits (<see cref="LearnedValue"/>). Struct type parameters: the JIT compiles the table once for each kind of slot, without any call left in it.
/// </remarks>
internal interface ILearningSlot<TSelf, TKey>
    where TSelf : struct, ILearningSlot<TSelf, TKey>
    where TKey : unmanaged, IEquatable<TKey>
{
    /// <summary>The word that a search looks at first; written last when a slot is filled, first when it is vacated.</summary>
    static abstract ref ulong Tag(ref TSelf slot);

    /// <summary>Where the occupant is and when it was heard.</summary>
    static abstract ref ulong Value(ref TSelf slot);

    /// <summary>Where a search for a key begins, in the lower bits.</summary>
    static abstract ulong Hash(TKey key, ulong seed);

    /// <summary>What a key is counted with when there are limits: its VLAN, 0 for a key that is in none.</summary>
    /// <returns>0 to <see cref="GroupLimits.Groups"/> - 1.</returns>
    static abstract int Group(TKey key);

    /// <summary>Of a key that may be learned.</summary>
    static abstract bool IsLearnable(TKey key);

    /// <summary>The tag may stand for the key: <see cref="HasKey"/> tells for sure.</summary>
    static abstract bool IsTagOf(ulong tag, TKey key, ulong hash);

    /// <summary>What of the key the tag does not say is in the slot, too. To be asked between reading the tag and reading the value.</summary>
    static abstract bool HasKey(ref TSelf slot, TKey key);

    /// <summary>The occupant's key; under the table's lock only.</summary>
    static abstract TKey KeyOf(ref TSelf slot);

    /// <summary>The occupant's hash, as far as the table needs it; under the table's lock only.</summary>
    static abstract ulong HashOf(ref TSelf slot, ulong seed);

    /// <summary>The word that the slot keeps beside key and value, 0 in a slot that has none; it moves along with its occupant.</summary>
    static abstract ulong Extra(ref TSelf slot);

    /// <summary>Changes that word for the same occupant; under the table's lock only.</summary>
    static abstract void SetExtra(ref TSelf slot, ulong extra);

    /// <summary>Puts an occupant into the slot, so that no reader takes the value of one for the other's; under the table's lock only.</summary>
    static abstract void Occupy(ref TSelf slot, TKey key, ulong hash, ulong value, ulong extra);
}
