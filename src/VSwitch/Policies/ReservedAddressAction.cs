namespace VSwitch.Policies;

/// <summary>What a port does with frames to an address of 01-80-C2-00-00-00 to -2F.</summary>
public enum ReservedAddressAction : byte
{
    /// <summary>As IEEE 802.1Q wants it of a bridge that speaks none of the protocols: -01 to -0F dropped, -00 (spanning tree) and -10 to -2F forwarded.</summary>
    Standard,

    /// <summary>Forwarded like any group address, as over a cable.</summary>
    Pass,

    /// <summary>Dropped.</summary>
    Drop,

    /// <summary>The switch is the receiver: given to <see cref="IProtocolPeer"/>, and not forwarded.</summary>
    Peer,
}
