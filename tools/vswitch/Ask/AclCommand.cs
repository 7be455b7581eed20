using System.CommandLine;
using VSwitch.Terminal;
using VSwitch.Tool.Control;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Ask;

/// <summary><c>vswitch acl</c>: access lists, and how often each rule decided.</summary>
internal static class AclCommand
{
    internal static Command Create()
    {
        var command = new Command("acl", "Access lists of a running switch, with the hits of each rule.");
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            await client.GetAsync("v1/acls", ControlJson.Default.AclsMessage, Lines).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(AclsMessage message) => message.Acls.Count == 0 ? ["no port has an access list"] : message.Acls.SelectMany(Lines);

    private static IEnumerable<string> Lines(AclMessage acl)
    {
        string[] places = [.. acl.Ingress.Select(p => $"into {p}"), .. acl.Egress.Select(p => $"out of {p}")];
        yield return $"{acl.Name}: {string.Join(", ", places)}{(acl.RuleFaults > 0 ? $" (conditions that threw: {Quantity.Long(acl.RuleFaults)})" : "")}";
        var table = new TextTable("", "frames", "rule") { Left = [2] };
        for (int i = 0; i < acl.Rules.Count; i++)
        {
            table.Add($"  {i + 1}", Quantity.Long(acl.Rules[i].Hits), acl.Rules[i].Rule);
        }

        table.Add("", Quantity.Long(acl.ImplicitDenies), "deny what matches none");
        foreach (string line in table.Lines())
        {
            yield return line;
        }
    }
}
