using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VSwitch.Frames;
using VSwitch.Identifiers;

namespace VSwitch.Capturing;

/// <summary>What stands in front of a frame in a <see cref="CaptureRing"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CaptureRecord
{
    /// <summary>Octets of it, in whole words.</summary>
    internal static int Size { get; } = (Unsafe.SizeOf<CaptureRecord>() + sizeof(long) - 1) & -sizeof(long);

    internal long Nanoseconds;
    internal ulong PacketId;
    internal PortId Port;
    internal int Length;
    internal int Kept;
    internal CaptureDirections Direction;
    internal DropReason Drop;
    internal VlanId Vlan;
    internal OffloadInfo Offload;
}
