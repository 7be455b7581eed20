using VSwitch.Capturing;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Testing.Recording;

/// <summary>A frame that came in or went out.</summary>
/// <param name="Port">Where.</param>
/// <param name="Direction">One of the two, as the switch sees it.</param>
/// <param name="Nanoseconds">When, since the lab began.</param>
/// <param name="Octets">All of it.</param>
/// <param name="PacketId">The same for a frame when it comes in and each time it goes out of one switch; 0 where that is not known.</param>
/// <param name="Drop">Why it went no further.</param>
/// <param name="Vlan">The VLAN that the switch put it into.</param>
internal readonly record struct JournalRecord(
    JournalPort Port, CaptureDirections Direction, long Nanoseconds, ReadOnlyMemory<byte> Octets, ulong PacketId, DropReason Drop, VlanId Vlan)
{
    /// <summary>It went out, and the device took it.</summary>
    internal bool WasSent => Direction == CaptureDirections.Out && Drop == DropReason.None;
}
