using VSwitch.Identifiers;
using VSwitch.Wire;

namespace VSwitch.Frames;

/// <summary>What is known of a frame beside its octets.</summary>
public struct FrameMetadata
{
    private OffloadInfo _offload;

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

    /// <summary>In a bridge with VLANs: the octets have the tag of the frame's own VLAN, or of none, as their outermost.</summary>
    internal bool IsTagged { get; set; }

    /// <summary>In a bridge with VLANs: priority and drop eligibility of the tag that the frame has or had, as in the tag: 4 bits.</summary>
    internal byte Priority { get; set; }

    /// <summary>In a bridge with VLANs: the TPID of the tag that the frame came in with; none without.</summary>
    internal EtherType TagProtocol { get; set; }

    /// <summary>What is left to do on the frame.</summary>
    public OffloadInfo Offload
    {
        readonly get => _offload;
        set => _offload = value;
    }

    /// <summary><see cref="OffloadInfo.IsZero"/> of it, asked without a copy.</summary>
    internal readonly bool HasZeroOffload => _offload.IsZero;

    /// <summary>When the frame was received, in ticks of the switch's <see cref="TimeProvider"/>.</summary>
    public long Timestamp { get; set; }
}
