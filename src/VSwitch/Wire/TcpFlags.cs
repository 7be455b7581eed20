namespace VSwitch.Wire;

/// <summary>Flags of a TCP header.</summary>
/// <remarks>Source: RFC 9293, section 3.1; CWR and ECE: RFC 3168, section 6.1.</remarks>
[Flags]
#pragma warning disable CA1711 // the word of RFC 9293
public enum TcpFlags : byte
#pragma warning restore CA1711
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>The sender has no more data.</summary>
    Fin = 0x01,

    /// <summary>A connection begins: take over the sequence number.</summary>
    Syn = 0x02,

    /// <summary>The connection is over at once.</summary>
    Rst = 0x04,

    /// <summary>Pass the data on to the user now.</summary>
    Psh = 0x08,

    /// <summary>The acknowledgment number counts.</summary>
    Ack = 0x10,

    /// <summary>The urgent pointer counts.</summary>
    Urg = 0x20,

    /// <summary>Congestion was met on the way.</summary>
    Ece = 0x40,

    /// <summary>Congestion window reduced.</summary>
    Cwr = 0x80,
}
