using VSwitch.Identifiers;

namespace VSwitch.Filtering;

/// <summary>Two words of the filtering database that hold one station; see the README of this folder for how they are read without a lock.</summary>
/// <remarks>
/// Key: occupancy number 4 bits | VID 12 | MAC 48. Value: second last heard 32 | port 24 | static 1 | unused 3 | occupancy number 4.
/// </remarks>
internal struct FilteringSlot
{
    /// <summary>The key of a slot that ends every search.</summary>
    internal const ulong Empty = 0;

    // The key of a slot that is about to change its occupant: no station, since a group address is none, and no end either.
    private const ulong Changing = StationKey.Mask;

    private const ulong OccupancyMask = 0xF;
    private const int OccupancyShift = 60;
    private const ulong StaticBit = 0x80;
    private const int PortShift = 8;
    private const ulong PortMask = 0xFF_FFFF;
    private const int StampShift = 32;

    /// <summary>The station; written last when a slot is filled, first when it is vacated.</summary>
    internal ulong Key;

    /// <summary>Where the station is and when it was heard.</summary>
    internal ulong Value;

    internal static bool Matches(ulong key, StationKey station) => (key & StationKey.Mask) == station.Value;

    /// <summary>Key and value were written for the same occupant.</summary>
    internal static bool BelongTogether(ulong key, ulong value) => key >> OccupancyShift == (value & OccupancyMask);

    internal static PortId Port(ulong value) => new((uint)((value >> PortShift) & PortMask));

    internal static bool IsStatic(ulong value) => (value & StaticBit) != 0;

    internal static uint Stamp(ulong value) => (uint)(value >> StampShift);

    internal static ulong WithStamp(ulong value, uint now) => (value & uint.MaxValue) | ((ulong)now << StampShift);

    internal static ulong WithPort(ulong value, PortId port) => (value & ~(PortMask << PortShift)) | ((ulong)port.Value << PortShift);

    internal static StationKey Station(ulong key) => new(key & StationKey.Mask);

    /// <summary>Puts a station into the slot. Readers see the new key only with the new value.</summary>
    internal void Occupy(StationKey station, PortId port, bool isStatic, uint now) =>
        Occupy(station, ((ulong)now << StampShift) | ((ulong)port.Value << PortShift) | (isStatic ? StaticBit : 0));

    /// <summary>Moves the occupant of another slot, which keeps it until it is overwritten, into this one.</summary>
    internal void TakeOver(in FilteringSlot other) => Occupy(Station(other.Key), Volatile.Read(in other.Value));

    /// <summary>Lets searches end here; the value stays, for the sake of its occupancy number.</summary>
    internal void Clear() => Volatile.Write(ref Key, Empty);

    private void Occupy(StationKey station, ulong value)
    {
        ulong occupancy = (Value + 1) & OccupancyMask;
        Volatile.Write(ref Key, Changing);
        Volatile.Write(ref Value, (value & ~OccupancyMask) | occupancy);
        Volatile.Write(ref Key, (occupancy << OccupancyShift) | station.Value);
    }
}
