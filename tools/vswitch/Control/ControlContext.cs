using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using VSwitch.Identifiers;
using VSwitch.Terminal;

namespace VSwitch.Tool.Control;

/// <summary>Reads requests and writes replies.</summary>
internal static class ControlContext
{
    /// <summary>Writes a reply, in pieces if it is long: never more is in memory than the client has yet to read.</summary>
    internal static Task ReplyAsync<T>(this HttpContext context, T message, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json";
        return JsonSerializer.SerializeAsync(context.Response.BodyWriter, message, type, context.RequestAborted);
    }

    /// <summary>Reads the body.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    internal static async Task<T> ReadAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
        where T : class =>
        await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted).ConfigureAwait(false)
        ?? throw new JsonException("null");

    /// <summary>Reads a parameter behind the question mark; null when it is not there.</summary>
    internal static string? Query(this HttpContext context, string name) => context.Request.Query[name].FirstOrDefault();

    /// <exception cref="ControlException">There is no such port.</exception>
    internal static SwitchPort FindPort(VirtualSwitch @switch, string? name) =>
        name is null ? throw Bad("port is missing: name one")
            : @switch.FindPort(name)
            ?? throw new ControlException(StatusCodes.Status404NotFound, $"no port '{name}': there are {string.Join(", ", @switch.Ports.Select(p => p.Name).DefaultIfEmpty("none"))}");

    /// <exception cref="ControlException">It is none.</exception>
    internal static VlanId CheckVlan(int? vlan) =>
        vlan is >= 1 and <= 4094 ? new VlanId((ushort)vlan) : throw Bad($"vlan '{vlan}' is not a number from 1 to 4094");

    /// <exception cref="ControlException">It is none.</exception>
    internal static VlanId ParseVlan(string vlan) =>
        CheckVlan(int.TryParse(vlan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw Bad($"vlan '{vlan}' is not a number from 1 to 4094"));

    /// <exception cref="ControlException">It is none.</exception>
    internal static MacAddress ParseMac(string? mac) =>
        MacAddress.TryParse(mac, null, out MacAddress address) ? address : throw Bad($"mac '{mac}' is not a MAC address such as 02:00:00:00:00:01");

    internal static ControlException Bad(string problem) => new(StatusCodes.Status400BadRequest, problem);

    /// <summary>What the core refused; what .NET adds to the text is for programmers.</summary>
    internal static ControlException Refusal(ArgumentException error) => new(StatusCodes.Status409Conflict, UserException.TextOf(error).ReplaceLineEndings(" "));
}
