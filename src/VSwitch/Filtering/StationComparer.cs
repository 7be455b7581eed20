using VSwitch.Identifiers;

namespace VSwitch.Filtering;

/// <summary>Scatters stations as the filtering database does: nobody who does not know the seed can aim at one place of a dictionary.</summary>
internal sealed class StationComparer(ulong seed) : IEqualityComparer<StationKey>
{
    public bool Equals(StationKey x, StationKey y) => x == y;

    public int GetHashCode(StationKey obj) => (int)FilteringSlot.Hash(obj, seed);
}
