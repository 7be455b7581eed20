namespace VSwitch.Tool.Control.Messages;

/// <summary>A rule of an access list.</summary>
/// <param name="Rule">As it was written.</param>
/// <param name="Hits">Frames that it decided about.</param>
internal sealed record AclRuleMessage(string Rule, long Hits);
