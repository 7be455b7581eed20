using System.CommandLine;
using VSwitch.Terminal;
using VSwitch.Tool.Control;
using VSwitch.Tool.Control.Messages;
using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Ask;

/// <summary><c>vswitch ports</c>: the ports, their VLANs and counters; plugging ports in and taking them out.</summary>
internal static class PortsCommand
{
    internal static Command Create()
    {
        var command = new Command("ports", "Ports of a running switch: show (the default), with VLANs, flags and counters, add, del.");
        MakeShow(command);
        var show = new Command("show", "Show the ports.");
        MakeShow(show);
        command.Add(show);
        command.Add(CreateAdd());
        command.Add(CreateDel());
        return command;
    }

    private static void MakeShow(Command command)
    {
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            await client.GetAsync("v1/ports", ControlJson.Default.PortsMessage, Lines).ConfigureAwait(false);
            return ExitCode.Done;
        });
    }

    private static Command CreateAdd()
    {
        var ports = new Argument<string[]>("KIND:NAME[,KEY=VALUE...]") { Description = "Ports, as vswitch run --port takes them.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("add", "Plug ports in, while frames flow.") { ports };
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            return await DoEachAsync(parsed.GetValue(ports)!, port =>
            {
                string text = PortPaths.MakeAbsolute(port, Environment.CurrentDirectory);
                HttpContent body = ControlClient.Body(new PortRequest(text), ControlJson.Default.PortRequest);
                return client.AskAsync(HttpMethod.Post, "v1/ports", body, ControlJson.Default.DoneMessage, d => [d.Done]);
            }).ConfigureAwait(false);
        });
        return command;
    }

    private static Command CreateDel()
    {
        var names = new Argument<string[]>("NAME") { Description = "Their names, as vswitch ports shows them.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("del", "Take ports out; their interfaces go.") { names };
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            return await DoEachAsync(
                parsed.GetValue(names)!,
                name => client.AskAsync(HttpMethod.Delete, $"v1/ports/{Uri.EscapeDataString(name)}", null, ControlJson.Default.DoneMessage, d => [d.Done])).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Asks for one thing after the other; one that is refused is told on standard error, and the next one asked for all the same.</summary>
    private static async Task<int> DoEachAsync(IEnumerable<string> all, Func<string, Task> ask)
    {
        int code = ExitCode.Done;
        foreach (string one in all)
        {
            try
            {
                await ask(one).ConfigureAwait(false);
            }
            catch (UserException error) when (error.InnerException is null or ControlException)
            {
                code = ExitCode.BadInput;
                foreach (string problem in error.Problems)
                {
                    await Console.Error.WriteLineAsync($"vswitch: {Printable.Of(problem)}").ConfigureAwait(false);
                }
            }
        }

        return code;
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
