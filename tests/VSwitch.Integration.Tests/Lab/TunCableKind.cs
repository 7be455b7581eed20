namespace VSwitch.Integration.Tests.Lab;

/// <summary>What is between two TUNs.</summary>
public enum TunCableKind
{
    /// <summary>A PacketCopy.</summary>
    Copy,

    /// <summary>A PointToPoint.</summary>
    PointToPoint,

    /// <summary>A PacketCopy to a Joiner whose default device is the TUN without offloads.</summary>
    Joiner,
}
