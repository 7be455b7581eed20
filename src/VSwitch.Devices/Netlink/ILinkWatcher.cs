namespace VSwitch.Devices.Netlink;

/// <summary>Told by the <see cref="LinkMonitor"/> about its interface.</summary>
internal interface ILinkWatcher
{
    /// <summary>Something about the interface changed, or may have: look. On the reactor's thread.</summary>
    void LinkChanged();
}
