namespace VSwitch.Devices.Utun;

/// <summary>What a utun is waited for.</summary>
[Flags]
internal enum UtunEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A packet to receive.</summary>
    Receive = 1,

    /// <summary>Room to send.</summary>
    Send = 2,
}
