using Microsoft.Win32.SafeHandles;
using VSwitch.Frames;

namespace VSwitch.Devices.TunTap;

/// <summary>An interface that has just been opened.</summary>
/// <param name="Name">What the kernel calls it.</param>
/// <param name="Queues">Its descriptors, one a queue.</param>
/// <param name="Offloads">What TUNSETOFFLOAD took.</param>
internal sealed record TunTapDescriptors(string Name, IReadOnlyList<SafeFileHandle> Queues, OffloadKinds Offloads)
{
    internal void Close()
    {
        foreach (SafeFileHandle queue in Queues)
        {
            queue.Dispose();
        }
    }
}
