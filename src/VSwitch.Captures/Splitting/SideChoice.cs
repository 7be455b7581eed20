namespace VSwitch.Captures.Splitting;

/// <summary>Which side gets what a rule matches, and what it can't say anything about.</summary>
/// <param name="Reverse">What matches is secondary, not primary.</param>
/// <param name="NonIpIsPrimary">Packets that a rule about IP can't judge are primary, not secondary.</param>
public readonly record struct SideChoice(bool Reverse = false, bool NonIpIsPrimary = false)
{
    internal TrafficSide Matched(bool matches) => matches != Reverse ? TrafficSide.Primary : TrafficSide.Secondary;

    internal TrafficSide NonIp => NonIpIsPrimary ? TrafficSide.Primary : TrafficSide.Secondary;
}
