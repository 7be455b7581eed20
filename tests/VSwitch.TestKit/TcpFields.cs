namespace VSwitch.TestKit;

/// <summary>Fields of a TCP header that a test may care for; zero means the builder's default.</summary>
public readonly record struct TcpFields(
    uint Sequence = 0,
    uint Acknowledgment = 0,
    byte Flags = 0,
    ushort SourcePort = 0,
    ushort DestinationPort = 0,
    int OptionOctets = 0);
