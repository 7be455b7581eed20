namespace VSwitch.Tool.Control.Messages;

/// <summary>The access lists that stand at ports.</summary>
/// <param name="Acls">Each once.</param>
internal sealed record AclsMessage(IReadOnlyList<AclMessage> Acls);
