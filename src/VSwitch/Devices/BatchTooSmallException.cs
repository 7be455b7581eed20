namespace VSwitch.Devices;

/// <summary>A receive gave more frames than the batch had places for ("too many segments"): some are lost, and the device can be used on.</summary>
/// <param name="needed">Places that would have been enough; 0 when unknown.</param>
public sealed class BatchTooSmallException(int needed = 0)
    : TemporaryDeviceException(needed > 0 ? $"the batch has too few places: {needed} are needed" : "the batch has too few places")
{
    /// <summary>Places that would have been enough; 0 when unknown.</summary>
    public int Needed { get; } = needed;
}
