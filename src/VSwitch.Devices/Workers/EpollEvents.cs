namespace VSwitch.Devices.Workers;

/// <summary>What epoll watches for and reports (linux/eventpoll.h).</summary>
[Flags]
internal enum EpollEvents : uint
{
    None = 0,

    /// <summary>There is something to read.</summary>
    In = 0x001,

    /// <summary>There is room to write; of a TAP that is down: not until it is up.</summary>
    Out = 0x004,

    /// <summary>The descriptor is broken, always reported; of a TAP: the interface was deleted.</summary>
    Error = 0x008,

    /// <summary>The other end is closed, always reported.</summary>
    HangUp = 0x010,

    /// <summary>Report once, then stay silent until changed.</summary>
    OneShot = 1u << 30,

    /// <summary>Report the change, not the state.</summary>
    EdgeTriggered = 1u << 31,
}
