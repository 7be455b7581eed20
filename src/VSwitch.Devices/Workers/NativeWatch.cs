using System.Runtime.InteropServices;

namespace VSwitch.Devices.Workers;

/// <summary>A device with a descriptor, watched by level.</summary>
internal sealed class NativeWatch(AttachedDevice device, EpollSet epoll, SafeHandle handle) : Watch(device)
{
    internal override void Start() => epoll.Add(handle, EpollEvents.In, Token);

    public override void Dispose() => epoll.Remove(handle);

    /// <summary>
    /// A deleted interface is reported for ever: once is enough, the device finds out by itself when it is asked. Of one that was unplugged nobody reads.
    /// </summary>
    internal override void OnReady(EpollEvents events)
    {
        if (Device.IsDetached || (events & (EpollEvents.Error | EpollEvents.HangUp)) != 0)
        {
            Dispose();
        }
    }
}
