using VSwitch.Identifiers;
using VSwitch.Learning;

namespace VSwitch.Neighbors;

/// <summary>Five words that hold a neighbour: those of an IP address, and the link word.</summary>
/// <remarks>The link word is written between the halves of <see cref="IpSlot.Occupy"/>: after the new occupant's number, and before his tag.</remarks>
internal struct NeighborSlot : ILearningSlot<NeighborSlot, IpAddressKey>
{
    private IpSlot _address;
    private ulong _link;

    public static ref ulong Tag(ref NeighborSlot slot) => ref IpSlot.Tag(ref slot._address);

    public static ref ulong Value(ref NeighborSlot slot) => ref IpSlot.Value(ref slot._address);

    public static ulong Hash(IpAddressKey key, ulong seed) => IpSlot.Hash(key, seed);

    public static int Group(IpAddressKey key) => IpSlot.Group(key);

    public static bool IsLearnable(IpAddressKey key) => IpSlot.IsLearnable(key);

    public static bool IsTagOf(ulong tag, IpAddressKey key, ulong hash) => IpSlot.IsTagOf(tag, key, hash);

    public static bool HasKey(ref NeighborSlot slot, IpAddressKey key) => IpSlot.HasKey(ref slot._address, key);

    public static IpAddressKey KeyOf(ref NeighborSlot slot) => IpSlot.KeyOf(ref slot._address);

    public static ulong HashOf(ref NeighborSlot slot, ulong seed) => IpSlot.HashOf(ref slot._address, seed);

    public static ulong Extra(ref NeighborSlot slot) => Volatile.Read(ref slot._link);

    public static void SetExtra(ref NeighborSlot slot, ulong extra) => Volatile.Write(ref slot._link, extra);

    public static void Occupy(ref NeighborSlot slot, IpAddressKey key, ulong hash, ulong value, ulong extra)
    {
        IpSlot.BeginToOccupy(ref slot._address, value);
        Volatile.Write(ref slot._link, extra);
        IpSlot.EndToOccupy(ref slot._address, key, hash);
    }
}
