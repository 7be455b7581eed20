namespace VSwitch.Captures.Splitting;

/// <summary>What a host showed itself as.</summary>
internal struct HostRole
{
    /// <summary>Packets that a client sends.</summary>
    internal int Client;

    /// <summary>Packets that a server sends.</summary>
    internal int Server;

    /// <summary>It was first seen as a destination.</summary>
    internal bool IsFirstDestination;

    internal readonly bool IsKnown => Client > 0 || Server > 0;

    /// <summary>Whether a host that is known counts as a server.</summary>
    /// <param name="ratio">Server packets that weigh as much as a client packet.</param>
    internal readonly bool IsServer(double ratio) => Server >= Client * ratio;
}
