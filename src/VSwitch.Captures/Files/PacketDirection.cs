namespace VSwitch.Captures.Files;

/// <summary>Which way a packet went at the interface that it was captured at.</summary>
/// <remarks>Source: pcapng, epb_flags, bits 0 and 1.</remarks>
public enum PacketDirection
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>It came in.</summary>
    Inbound = 1,

    /// <summary>It went out.</summary>
    Outbound = 2,
}
