using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Filtering;

/// <summary>Two words that hold a station in a VLAN: the tag is the key.</summary>
/// <remarks>Tag: occupancy number 4 bits | VID 12 | MAC 48.</remarks>
internal struct FilteringSlot : ILearningSlot<FilteringSlot, StationKey>
{
    // The tag of a slot that is about to change its occupant: no station, since a group address is none, and no end either.
    private const ulong Changing = StationKey.Mask;

    private ulong _tag;
    private ulong _value;

    public static ref ulong Tag(ref FilteringSlot slot) => ref slot._tag;

    public static ref ulong Value(ref FilteringSlot slot) => ref slot._value;

    public static ulong Hash(StationKey key, ulong seed)
    {
        ulong high = Math.BigMul(key.Value ^ seed, 0x9E37_79B9_7F4A_7C15, out ulong low);
        return high ^ low;
    }

    public static int Group(StationKey key) => (int)(key.Value >> 48) & (GroupLimits.Groups - 1);

    public static bool IsLearnable(StationKey key) => key.IsStation;

    public static bool IsTagOf(ulong tag, StationKey key, ulong hash) => (tag & StationKey.Mask) == key.Value;

    public static bool HasKey(ref FilteringSlot slot, StationKey key) => true;

    public static StationKey KeyOf(ref FilteringSlot slot) => new(slot._tag & StationKey.Mask);

    public static ulong HashOf(ref FilteringSlot slot, ulong seed) => Hash(KeyOf(ref slot), seed);

    public static ulong Extra(ref FilteringSlot slot) => 0;

    public static void SetExtra(ref FilteringSlot slot, ulong extra)
    {
    }

    public static void Occupy(ref FilteringSlot slot, StationKey key, ulong hash, ulong value, ulong extra)
    {
        ulong occupancy = (slot._value + 1) & LearnedValue.OccupancyMask;
        Volatile.Write(ref slot._tag, Changing);
        Volatile.Write(ref slot._value, LearnedValue.WithOccupancy(value, occupancy));
        Volatile.Write(ref slot._tag, (occupancy << LearnedValue.OccupancyShift) | key.Value);
    }
}
