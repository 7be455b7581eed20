namespace VSwitch.Devices.Utun;

/// <summary>How a call on a utun ended.</summary>
internal enum UtunResult
{
    /// <summary>A packet went.</summary>
    Done,

    /// <summary>Nothing there, or no room, at the moment.</summary>
    WouldBlock,

    /// <summary>The interface is down, and may come up.</summary>
    Down,

    /// <summary>This packet is refused.</summary>
    Refused,

    /// <summary>The interface is gone for good.</summary>
    Gone,
}
