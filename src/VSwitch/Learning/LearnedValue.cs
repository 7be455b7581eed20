using VSwitch.Identifiers;

namespace VSwitch.Learning;

/// <summary>The value word of a learned entry.</summary>
/// <remarks>Second last heard 32 bits | port 24 | permanent 1 | sticky 1 | pinned 1 | unused 1 | occupancy number 4. A sticky entry is permanent, too.</remarks>
internal static class LearnedValue
{
    internal const ulong OccupancyMask = 0xF;

    /// <summary>Where the occupancy number stands in a tag.</summary>
    internal const int OccupancyShift = 60;

    private const ulong PermanentBit = 0x80;
    private const ulong StickyBit = 0x40;
    private const ulong PinnedBit = 0x20;
    private const int PortShift = 8;
    private const ulong PortMask = 0xFF_FFFF;
    private const int StampShift = 32;

    internal static ulong Of(PortId port, bool isStatic, uint now) =>
        ((ulong)now << StampShift) | ((ulong)port.Value << PortShift) | (isStatic ? PermanentBit : 0);

    /// <summary>Learned at a port that keeps what it learns.</summary>
    internal static ulong StickyAt(PortId port, uint now) => Of(port, isStatic: true, now) | StickyBit;

    /// <summary>Tag and value were written for the same occupant.</summary>
    internal static bool BelongTogether(ulong tag, ulong value) => tag >> OccupancyShift == (value & OccupancyMask);

    /// <summary>Both were read from a slot while it had the same occupant.</summary>
    internal static bool IsOfOneOccupant(ulong value, ulong another) => ((value ^ another) & OccupancyMask) == 0;

    internal static PortId Port(ulong value) => new((uint)((value >> PortShift) & PortMask));

    /// <summary>Learned, and heard at a port in a second: there is nothing to note.</summary>
    internal static bool IsUpToDate(ulong value, PortId port, uint now) => (value & ~OccupancyMask) == Of(port, isStatic: false, now);

    /// <summary>Never ages and never moves: static or sticky.</summary>
    internal static bool IsPermanent(ulong value) => (value & PermanentBit) != 0;

    /// <summary>Entered by an administrator.</summary>
    internal static bool IsStatic(ulong value) => (value & (PermanentBit | StickyBit)) == PermanentBit;

    /// <summary>Learned, and permanent since.</summary>
    internal static bool IsSticky(ulong value) => (value & StickyBit) != 0;

    /// <summary>Ages, but does not move.</summary>
    internal static bool IsPinned(ulong value) => (value & PinnedBit) != 0;

    internal static uint Stamp(ulong value) => (uint)(value >> StampShift);

    internal static ulong WithStamp(ulong value, uint now) => (value & uint.MaxValue) | ((ulong)now << StampShift);

    internal static ulong WithPin(ulong value, bool isPinned) => isPinned ? value | PinnedBit : value & ~PinnedBit;

    internal static ulong WithOccupancy(ulong value, ulong occupancy) => (value & ~OccupancyMask) | occupancy;
}
