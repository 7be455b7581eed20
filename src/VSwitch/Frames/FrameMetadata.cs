using VSwitch.Identifiers;

namespace VSwitch.Frames;

/// <summary>What is known of a frame beside its octets.</summary>
public struct FrameMetadata
{
    /// <summary>Where the frame begins in its slot, in octets; room for new headers is in front of it.</summary>
    public int Offset { get; set; }

    /// <summary>Octets of the frame, Ethernet header included, no FCS.</summary>
    public int Length { get; set; }

    /// <summary>The port that the frame came in by.</summary>
    public PortId Ingress { get; set; }

    /// <summary>The VLAN that the frame was put into: its tag's, or its port's PVID.</summary>
    public VlanId Vlan { get; set; }

    /// <summary>Why the frame goes no further, or <see cref="DropReason.None"/>.</summary>
    public DropReason Drop { get; set; }

    /// <summary>What is left to do on the frame.</summary>
    public OffloadInfo Offload { get; set; }

    /// <summary>When the frame was received, in ticks of the switch's <see cref="TimeProvider"/>.</summary>
    public long Timestamp { get; set; }
}
