namespace VSwitch.Devices.Workers;

/// <summary>A device that is closed in less time together with others of its kind.</summary>
internal interface IClosesTogether
{
    /// <summary>Closes those of some devices that are of its kind, itself among them.</summary>
    void CloseTogether(IReadOnlyList<IPacketDevice> devices);
}
