using VSwitch.Wire;

namespace VSwitch.Frames;

/// <summary>Facts about <see cref="LinkLayer"/>.</summary>
internal static class LinkLayers
{
    /// <summary>Octets of the link layer's header, tags not counted: what an MTU leaves out.</summary>
    internal static int HeaderLength(this LinkLayer linkLayer) => linkLayer == LinkLayer.Ethernet ? EthernetHeader.Length : 0;
}
