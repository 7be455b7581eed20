namespace VSwitch.Devices.Workers;

/// <summary>How a worker comes to know that one of its devices has something.</summary>
internal abstract class Watch(AttachedDevice device) : IDisposable
{
    internal AttachedDevice Device { get; } = device;

    /// <summary>What epoll reports the watch by.</summary>
    internal long Token { get; set; }

    internal abstract void Start();

    /// <summary>Ends the watch; any thread.</summary>
    public abstract void Dispose();

    /// <summary>On the worker's thread, when epoll has reported the device.</summary>
    internal virtual void OnReady(EpollEvents events)
    {
    }
}
