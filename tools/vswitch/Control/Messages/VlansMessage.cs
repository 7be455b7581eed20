namespace VSwitch.Tool.Control.Messages;

/// <summary>Who is in which VLAN.</summary>
/// <param name="Vlans">Ascending; those without members are left out.</param>
internal sealed record VlansMessage(IReadOnlyList<VlanMessage> Vlans);
