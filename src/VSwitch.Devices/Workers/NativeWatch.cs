using System.Runtime.InteropServices;

namespace VSwitch.Devices.Workers;

/// <summary>A device with a descriptor, watched by level.</summary>
internal sealed class NativeWatch(AttachedDevice device, EpollSet epoll, SafeHandle handle) : Watch(device)
{
    internal override void Start(int token) => epoll.Add(handle, EpollEvents.In, token);

    public override void Dispose() => epoll.Remove(handle);

    /// <summary>A deleted interface is reported for ever: once is enough, the device finds out by itself when it is asked.</summary>
    internal override void OnReady(EpollEvents events)
    {
        if ((events & (EpollEvents.Error | EpollEvents.HangUp)) != 0)
        {
            Dispose();
        }
    }
}
