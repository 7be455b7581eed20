using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using VSwitch.Devices.Workers;
using VSwitch.Terminal;
using VSwitch.Tool.Control.Messages;
using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Control;

/// <summary>Ports: reading, plugging in, taking out, opening.</summary>
internal static class PortRoutes
{
    private const string EscapedSlash = "%2F"; // Kestrel leaves it as it is: a path with a slash would be another one

    internal static void Map(WebApplication app, SwitchHost host, RunningPorts ports)
    {
        app.MapGet("/v1/ports", context => context.ReplyAsync(PortView.Ports(host), ControlJson.Default.PortsMessage));
        app.MapPost("/v1/ports", context => AddAsync(context, ports));
        app.MapDelete("/v1/ports/{name}", context => RemoveAsync(context, host, ports));
        app.MapPost("/v1/ports/{name}/open", context =>
        {
            SwitchPort port = ControlContext.FindPort(host.Switch, NameIn(context));
            host.Switch.OpenPort(port);
            return context.ReplyAsync(new DoneMessage($"{port.Name} is open"), ControlJson.Default.DoneMessage);
        });
    }

    private static async Task AddAsync(HttpContext context, RunningPorts ports)
    {
        PortRequest request = await context.ReadAsync(ControlJson.Default.PortRequest).ConfigureAwait(false);
        PortSpec spec = Parse(request.Port ?? throw ControlContext.Bad("port is missing: write it as vswitch run --port takes it"));
        try
        {
            await ports.AddAsync(spec, context.RequestAborted).ConfigureAwait(false);
        }
        catch (UserException error)
        {
            throw new ControlException(StatusCodes.Status409Conflict, OneLine(error.Problems));
        }

        await context.ReplyAsync(new DoneMessage($"{spec.PortName} is in the switch"), ControlJson.Default.DoneMessage).ConfigureAwait(false);
    }

    private static async Task RemoveAsync(HttpContext context, SwitchHost host, RunningPorts ports)
    {
        string name = NameIn(context);
        if (!await ports.RemoveAsync(name, context.RequestAborted).ConfigureAwait(false))
        {
            _ = ControlContext.FindPort(host.Switch, name); // says which there are
        }

        await context.ReplyAsync(new DoneMessage($"{name} is out of the switch"), ControlJson.Default.DoneMessage).ConfigureAwait(false);
    }

    private static PortSpec Parse(string text)
    {
        if (text.Any(char.IsControl))
        {
            throw ControlContext.Bad("port has characters in it that nobody can see: leave them away");
        }

        var problems = new List<string>();
        return PortSpecParser.ParseAll([text], problems) is [var spec] ? spec : throw ControlContext.Bad(OneLine(problems));
    }

    private static string NameIn(HttpContext context) =>
        $"{context.Request.RouteValues["name"]}".Replace(EscapedSlash, "/", StringComparison.OrdinalIgnoreCase);

    private static string OneLine(IReadOnlyList<string> problems) => string.Join("; ", problems);
}
