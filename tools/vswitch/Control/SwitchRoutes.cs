using Microsoft.AspNetCore.Builder;
using VSwitch.Devices.Workers;

namespace VSwitch.Tool.Control;

/// <summary>What there is: switch, VLANs, neighbours, access lists, drops, flapping stations.</summary>
internal static class SwitchRoutes
{
    internal static void Map(WebApplication app, SwitchHost host)
    {
        VirtualSwitch @switch = host.Switch;
        app.MapGet("/v1/switch", context => context.ReplyAsync(SwitchView.Switch(host), ControlJson.Default.SwitchMessage));
        app.MapGet("/v1/vlans", context => context.ReplyAsync(SwitchView.Vlans(@switch), ControlJson.Default.VlansMessage));
        app.MapGet("/v1/neighbors", context => context.ReplyAsync(SwitchView.Neighbors(@switch), ControlJson.Default.NeighborsMessage));
        app.MapGet("/v1/acls", context => context.ReplyAsync(SwitchView.Acls(@switch), ControlJson.Default.AclsMessage));
        app.MapGet("/v1/drops", context => context.ReplyAsync(SwitchView.Drops(@switch), ControlJson.Default.DropsMessage));
        app.MapGet("/v1/flapping", context => context.ReplyAsync(SwitchView.Flapping(@switch), ControlJson.Default.FlappingMessage));
    }
}
