using System.CommandLine;
using VSwitch.Terminal;
using VSwitch.Tool.Control;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Ask;

/// <summary><c>vswitch ports</c>: the ports, their VLANs and counters.</summary>
internal static class PortsCommand
{
    internal static Command Create()
    {
        var command = new Command("ports", "Ports of a running switch, with VLANs, flags and counters.");
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            await client.GetAsync("v1/ports", ControlJson.Default.PortsMessage, Lines).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(PortsMessage message)
    {
        var table = new TextTable("port", "kind", "state", "mtu", "pvid", "members", "rx frames", "tx frames", "drops", "policy") { Left = [0, 1, 2, 9] };
        foreach (PortMessage port in message.Ports)
        {
            table.Add(
                port.Name,
                port.Kind,
                port.Block == "none" ? port.State : $"{port.State}, blocked: {port.Block}",
                $"{port.Mtu}",
                $"{port.Policy?.Pvid}",
                port.Policy?.MemberSet ?? "",
                Quantity.Long(port.Counters?.RxFrames ?? 0),
                Quantity.Long(port.Counters?.TxFrames ?? 0),
                Quantity.Long((port.Counters?.Drops ?? 0) + (port.Counters?.KernelDrops ?? 0)),
                port.Policy is { } policy ? string.Join(' ', Words(policy)) : "");
        }

        return table.Lines();
    }

    private static IEnumerable<string> Words(PolicyMessage policy)
    {
        (string Name, string? Value)[] values =
        [
            ("frames", policy.AcceptableFrameTypes == "all" ? null : policy.AcceptableFrameTypes),
            ("tpid", policy.TagProtocol),
            ("translate", policy.Translations.Count > 0 ? string.Join(',', policy.Translations) : null),
            ("limit", policy.StationLimit),
            ("storm", policy.Storm),
            ("police", policy.Policing),
            ("acl-in", policy.IngressAcl),
            ("acl-out", policy.EgressAcl),
        ];
        return policy.Flags.Concat(values.Where(v => v.Value is not null).Select(v => $"{v.Name}={v.Value}"));
    }
}
