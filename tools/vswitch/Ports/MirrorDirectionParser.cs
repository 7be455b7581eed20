using VSwitch.Policies;

namespace VSwitch.Tool.Ports;

/// <summary>Reads which way frames go that are to be shown: <c>in</c>, <c>out</c>, <c>both</c>, as the switch sees it.</summary>
internal static class MirrorDirectionParser
{
    internal static bool TryParse(string text, out MirrorDirections directions)
    {
        directions = text switch
        {
            "in" => MirrorDirections.Ingress,
            "out" => MirrorDirections.Egress,
            "both" => MirrorDirections.Both,
            _ => MirrorDirections.None,
        };
        return directions != MirrorDirections.None;
    }
}
