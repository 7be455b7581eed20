namespace VSwitch.Wire;

/// <summary>Flags of a TCP header that segmentation changes.</summary>
/// <remarks>Source: RFC 9293, section 3.1; CWR: RFC 3168, section 6.1.</remarks>
[Flags]
internal enum TcpFlags : byte
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>The sender has no more data.</summary>
    Fin = 0x01,

    /// <summary>Pass the data on to the user now.</summary>
    Psh = 0x08,

    /// <summary>Congestion window reduced.</summary>
    Cwr = 0x80,
}
