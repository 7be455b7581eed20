namespace VSwitch.Devices.Relaying;

/// <summary>Where a <see cref="Forwarder"/> takes frames from and where it sends them to; replaced whole.</summary>
internal sealed record RelayRoute(RelayEndpoint? From, RelayEndpoint? To)
{
    /// <summary>Both sides are there, work, and speak the same link layer.</summary>
    internal bool IsUsable => From is { Fault: null } && To is { Fault: null } && From.LinkLayer == To.LinkLayer;
}
