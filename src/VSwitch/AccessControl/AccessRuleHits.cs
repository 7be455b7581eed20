namespace VSwitch.AccessControl;

/// <summary>How often a rule decided.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Frames">Frames that it was the first to match.</param>
public readonly record struct AccessRuleHits(AccessRule Rule, long Frames);
