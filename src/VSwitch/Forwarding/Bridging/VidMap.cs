using VSwitch.Identifiers;
using VSwitch.Vlans;

namespace VSwitch.Forwarding.Bridging;

/// <summary>What the VLANs of a port are called on its wire, both ways (VID translation table).</summary>
internal sealed class VidMap
{
    private const int Vids = 4096;

    private readonly ushort[] _inside = new ushort[Vids];
    private readonly ushort[] _onWire = new ushort[Vids];

    internal VidMap(IReadOnlyList<VlanTranslation> translations)
    {
        for (ushort vid = 0; vid < Vids; vid++)
        {
            (_inside[vid], _onWire[vid]) = (vid, vid);
        }

        // A number that another VLAN has taken means nothing, on the one side or the other.
        foreach (VlanTranslation t in translations)
        {
            (_inside[t.Inside.Value], _onWire[t.OnWire.Value]) = (0, 0);
        }

        foreach (VlanTranslation t in translations)
        {
            (_inside[t.OnWire.Value], _onWire[t.Inside.Value]) = (t.Inside.Value, t.OnWire.Value);
        }
    }

    /// <summary>The VLAN inside; 0 for a number that means none.</summary>
    internal VlanId Inside(VlanId onWire) => new(_inside[onWire.Value]);

    /// <summary>The number on the wire; 0 for a VLAN that has none there.</summary>
    internal VlanId OnWire(VlanId inside) => new(_onWire[inside.Value]);
}
