using VSwitch.Identifiers;

namespace VSwitch.Learning;

/// <summary>Four words that hold an IP address: the tag is a part of its hash.</summary>
/// <remarks>
/// Tag: occupancy number 4 bits | 1 | 0 | hash 58. The writer changes tag, value, high, low, tag; a reader reads tag, high, low, value. A value with the tag's
/// number was not replaced when high and low were read: both belong to it.
/// </remarks>
internal struct IpSlot : ILearningSlot<IpSlot, IpAddressKey>
{
    private const ulong OccupiedBit = 1UL << 59; // no tag of an occupant is 0
    private const ulong HashMask = (1UL << 58) - 1;
    private const ulong Changing = (1UL << LearnedValue.OccupancyShift) - 1; // bit 58 is in no occupant's tag
    private const ulong OccupantMask = Changing;

    private ulong _tag;
    private ulong _value;
    private ulong _high;
    private ulong _low;

    public static ref ulong Tag(ref IpSlot slot) => ref slot._tag;

    public static ref ulong Value(ref IpSlot slot) => ref slot._value;

    public static ulong Hash(IpAddressKey key, ulong seed) => Mix(Mix(key.High ^ seed) ^ key.Low);

    public static int Group(IpAddressKey key) => 0;

    public static bool IsLearnable(IpAddressKey key) => key.IsHost;

    public static bool IsTagOf(ulong tag, IpAddressKey key, ulong hash) => (tag & OccupantMask) == ((hash & HashMask) | OccupiedBit);

    public static bool HasKey(ref IpSlot slot, IpAddressKey key) =>
        ((Volatile.Read(ref slot._high) ^ key.High) | (Volatile.Read(ref slot._low) ^ key.Low)) == 0;

    public static IpAddressKey KeyOf(ref IpSlot slot) => new(slot._high, slot._low);

    public static ulong HashOf(ref IpSlot slot, ulong seed) => slot._tag & HashMask;

    public static ulong Extra(ref IpSlot slot) => 0;

    public static void SetExtra(ref IpSlot slot, ulong extra)
    {
    }

    public static void Occupy(ref IpSlot slot, IpAddressKey key, ulong hash, ulong value, ulong extra)
    {
        BeginToOccupy(ref slot, value);
        EndToOccupy(ref slot, key, hash);
    }

    /// <summary>The first half of <see cref="Occupy"/>: from now on nothing that is read belongs to the former occupant.</summary>
    internal static void BeginToOccupy(ref IpSlot slot, ulong value)
    {
        ulong occupancy = (slot._value + 1) & LearnedValue.OccupancyMask;
        Volatile.Write(ref slot._tag, Changing);
        Volatile.Write(ref slot._value, LearnedValue.WithOccupancy(value, occupancy));
    }

    /// <summary>The second half: what a slot has beside these four words is written between the two.</summary>
    internal static void EndToOccupy(ref IpSlot slot, IpAddressKey key, ulong hash)
    {
        ulong occupancy = slot._value & LearnedValue.OccupancyMask;
        Volatile.Write(ref slot._high, key.High);
        Volatile.Write(ref slot._low, key.Low);
        Volatile.Write(ref slot._tag, (occupancy << LearnedValue.OccupancyShift) | OccupiedBit | (hash & HashMask));
    }

    private static ulong Mix(ulong word)
    {
        ulong high = Math.BigMul(word, 0x9E37_79B9_7F4A_7C15, out ulong low);
        return high ^ low;
    }
}
