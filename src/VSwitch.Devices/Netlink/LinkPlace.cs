namespace VSwitch.Devices.Netlink;

/// <summary>Where an interface is.</summary>
/// <param name="NamespaceId">As the namespace of the process numbers it; -1 for that namespace itself.</param>
/// <param name="Index">The interface's number in there.</param>
internal readonly record struct LinkPlace(int NamespaceId, int Index);
