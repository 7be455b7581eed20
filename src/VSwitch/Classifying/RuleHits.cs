namespace VSwitch.Classifying;

/// <summary>What a rule answered since it was put in.</summary>
/// <param name="Rule">The rule; null for the default.</param>
/// <param name="Answer">Its answer.</param>
/// <param name="Packets">Packets that got it, from the table of flows or not.</param>
/// <param name="Octets">Their octets.</param>
public readonly record struct RuleHits(ClassifierRule? Rule, int Answer, long Packets, long Octets);
