namespace VSwitch.Classifying;

/// <summary>Whether a packet meets one condition of a rule.</summary>
internal delegate bool PacketCondition(in PacketFacts facts);
