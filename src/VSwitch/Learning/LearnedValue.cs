using VSwitch.Identifiers;

namespace VSwitch.Learning;

/// <summary>The value word of a learned entry.</summary>
/// <remarks>Second last heard 32 bits | port 24 | static 1 | unused 3 | occupancy number 4.</remarks>
internal static class LearnedValue
{
    internal const ulong OccupancyMask = 0xF;

    /// <summary>Where the occupancy number stands in a tag.</summary>
    internal const int OccupancyShift = 60;

    private const ulong StaticBit = 0x80;
    private const int PortShift = 8;
    private const ulong PortMask = 0xFF_FFFF;
    private const int StampShift = 32;

    internal static ulong Of(PortId port, bool isStatic, uint now) =>
        ((ulong)now << StampShift) | ((ulong)port.Value << PortShift) | (isStatic ? StaticBit : 0);

    /// <summary>Tag and value were written for the same occupant.</summary>
    internal static bool BelongTogether(ulong tag, ulong value) => tag >> OccupancyShift == (value & OccupancyMask);

    /// <summary>Both were read from a slot while it had the same occupant.</summary>
    internal static bool IsOfOneOccupant(ulong value, ulong another) => ((value ^ another) & OccupancyMask) == 0;

    internal static PortId Port(ulong value) => new((uint)((value >> PortShift) & PortMask));

    /// <summary>Learned, and heard at a port in a second: there is nothing to note.</summary>
    internal static bool IsUpToDate(ulong value, PortId port, uint now) => (value & ~OccupancyMask) == Of(port, isStatic: false, now);

    internal static bool IsStatic(ulong value) => (value & StaticBit) != 0;

    internal static uint Stamp(ulong value) => (uint)(value >> StampShift);

    internal static ulong WithStamp(ulong value, uint now) => (value & uint.MaxValue) | ((ulong)now << StampShift);

    internal static ulong WithPort(ulong value, PortId port) => (value & ~(PortMask << PortShift)) | ((ulong)port.Value << PortShift);

    internal static ulong WithOccupancy(ulong value, ulong occupancy) => (value & ~OccupancyMask) | occupancy;
}
