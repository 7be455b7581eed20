using VSwitch.AccessControl;
using VSwitch.Policies;
using VSwitch.Terminal;

namespace VSwitch.Tool.Ports;

/// <summary>Keys about what may pass, how much of it, and who is shown it.</summary>
internal static class TrafficKeys
{
    private const string Rate = "RATE[:BURST]";

    internal static IReadOnlyList<PortKey> All { get; } =
    [
        Limit("police", "what may come in, such as 100mbit or 1000pps", (port, rate) => port.Policy = port.Policy with { Policing = rate }) with { Kinds = PortKind.Any },
        Limit("storm", "what may be flooded, of each of the three kinds", (port, rate) => port.Storm = rate),
        Limit("storm-broadcast", "of it, broadcasts", (port, rate) => Change(port, s => s with { Broadcast = rate })),
        Limit("storm-multicast", "of it, multicasts", (port, rate) => Change(port, s => s with { Multicast = rate })),
        Limit("storm-unknown", "of it, frames to unknown stations", (port, rate) => Change(port, s => s with { UnknownUnicast = rate })),
        new("reserved", "ACTION[+ADDRESS:ACTION...]", "frames to 01-80-C2-00-00-0X: standard, pass or drop", Reserved),
        AccessControl("acl-in", "what may come in: permit and deny lines", (port, list) => port.Policy = port.Policy with { IngressAccess = list }),
        AccessControl("acl-out", "what may go out", (port, list) => port.Policy = port.Policy with { EgressAccess = list }),
        new("mirror-to", "PORT[:in|out|both]", "shows the port's frames at another", MirrorTo) { IsRepeatable = true },
    ];

    private static PortKey Limit(string name, string help, Action<PortDraft, RateLimit?> apply) => new(name, Rate, help, (port, value) =>
    {
        bool isRate = RateLimit.TryParse(value, null, out RateLimit? rate);
        apply(port, rate);
        return isRate ? null : $"{name} '{value}' is not a rate such as 100mbit, 1gbit:128k or 1000pps:50";
    });

    private static PortKey AccessControl(string name, string help, Action<PortDraft, AccessList> apply) => new(name, "FILE", help, (port, value) =>
    {
        try
        {
            apply(port, AccessListFile.Read(value));
            return null;
        }
        catch (UserException error)
        {
            port.Problems.AddRange(error.Problems.Select(p => $"{name}: {p}"));
            return null;
        }
    }) { Kinds = PortKind.Any };

    private static void Change(PortDraft port, Func<StormControl, StormControl> change) =>
        port.Policy = port.Policy with { StormControl = change(port.Policy.StormControl ?? new StormControl()) };

    private static string? Reserved(PortDraft port, string value)
    {
        string? problem = ReservedAddressParser.Parse(value, out ReservedAddresses addresses);
        port.Policy = port.Policy with { ReservedAddresses = addresses };
        return problem;
    }

    private static string? MirrorTo(PortDraft port, string value)
    {
        int colon = value.LastIndexOf(':');
        MirrorDirections directions = MirrorDirections.Both;
        if (colon >= 0 && !MirrorDirectionParser.TryParse(value[(colon + 1)..], out directions))
        {
            return $"mirror-to '{value}': the direction is in, out or both, not '{value[(colon + 1)..]}'";
        }

        port.Spec = port.Spec with { Mirrors = [.. port.Spec.Mirrors, new PortMirror(colon < 0 ? value : value[..colon], directions)] };
        return colon == 0 || value.Length == 0 ? "mirror-to is the name of a port: write mirror-to=PORT" : null;
    }
}
