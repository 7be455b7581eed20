namespace VSwitch.Devices.Dissecting;

/// <summary>How the dissector fared with a packet.</summary>
internal enum DissectorStatus : byte
{
    /// <summary>It said what the packet shows.</summary>
    Read = 1,

    /// <summary>It said that it can't tell.</summary>
    NotRead = 2,

    /// <summary>It threw.</summary>
    Threw = 3,
}
