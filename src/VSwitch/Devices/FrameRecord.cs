using System.Runtime.InteropServices;
using VSwitch.Frames;

namespace VSwitch.Devices;

/// <summary>What stands in front of a frame in the ring of a <see cref="PacketChannel"/>.</summary>
/// <param name="FrameLength">Octets of the frame behind it.</param>
/// <param name="Offload">What is left to do on it.</param>
[StructLayout(LayoutKind.Sequential, Size = Length)]
internal readonly record struct FrameRecord(int FrameLength, OffloadInfo Offload)
{
    /// <summary>Octets of the record.</summary>
    internal const int Length = 16;
}
