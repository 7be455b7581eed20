namespace VSwitch.Tool.Control.Messages;

/// <summary>An access list.</summary>
/// <param name="Name">The list's name.</param>
/// <param name="Ingress">Ports where it says what may come in.</param>
/// <param name="Egress">Ports where it says what may go out.</param>
/// <param name="Rules">In their order.</param>
/// <param name="ImplicitDenies">Frames that matched no rule.</param>
/// <param name="RuleFaults">How often a condition threw.</param>
internal sealed record AclMessage(string Name, IReadOnlyList<string> Ingress, IReadOnlyList<string> Egress, IReadOnlyList<AclRuleMessage> Rules, long ImplicitDenies, long RuleFaults);
