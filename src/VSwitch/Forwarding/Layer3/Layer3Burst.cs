using VSwitch.Frames;

namespace VSwitch.Forwarding.Layer3;

/// <summary>The burst that is being worked on, as all parts of the stage see it.</summary>
/// <param name="batch">The frames; all begin with an Ethernet header.</param>
/// <param name="addresses">Their stations.</param>
internal sealed class Layer3Burst(FrameBatch batch, FrameAddresses addresses)
{
    internal FrameBatch Batch { get; } = batch;

    internal FrameAddresses Addresses { get; } = addresses;

    /// <summary>The switch as configured.</summary>
    internal SwitchModel Model { get; set; } = SwitchModel.Empty;

    /// <summary>Its internet layer.</summary>
    internal Layer3Model Layer3 => Model.Layer3!;

    /// <summary>When, in milliseconds on the neighbour table's scale.</summary>
    internal long Now { get; set; }
}
