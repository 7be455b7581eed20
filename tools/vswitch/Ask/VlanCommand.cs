using System.CommandLine;
using VSwitch.Terminal;
using VSwitch.Tool.Control;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Ask;

/// <summary><c>vswitch vlan</c>: the VLANs of each port, as <c>bridge vlan show</c> prints them.</summary>
internal static class VlanCommand
{
    internal static Command Create()
    {
        var command = new Command("vlan", "VLANs of a running switch, port by port.");
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            await client.GetAsync("v1/vlans", ControlJson.Default.VlansMessage, Lines).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(VlansMessage message)
    {
        var table = new TextTable("port", "vlan-id", "") { Left = [0, 1, 2] };
        foreach (string port in message.Vlans.SelectMany(v => v.Tagged.Concat(v.Untagged).Concat(v.PvidOf)).Distinct().Order(StringComparer.Ordinal))
        {
            string name = port; // said once
            foreach (VlanMessage vlan in message.Vlans.Where(v => v.Tagged.Contains(port) || v.Untagged.Contains(port) || v.PvidOf.Contains(port)))
            {
                string[] marks = [vlan.PvidOf.Contains(port) ? "PVID" : "", vlan.Untagged.Contains(port) ? "Egress Untagged" : ""];
                table.Add(name, vlan.Vid, string.Join(' ', marks.Where(m => m.Length > 0)));
                name = "";
            }
        }

        return table.Lines();
    }
}
