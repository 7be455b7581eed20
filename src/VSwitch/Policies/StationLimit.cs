namespace VSwitch.Policies;

/// <summary>How many stations may be learned, at a port or in a VLAN.</summary>
/// <param name="Max">Stations, 0 to 1,048,576; sticky ones included, those that an administrator entered not.</param>
/// <param name="Action">What becomes of frames of one more.</param>
public sealed record StationLimit(int Max, StationLimitAction Action = StationLimitAction.Drop);
