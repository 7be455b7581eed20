using System.CommandLine;
using VSwitch.Terminal;
using VSwitch.Tool.Control;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Ask;

/// <summary><c>vswitch drops</c>: why frames were dropped, how many, and what that means.</summary>
internal static class DropsCommand
{
    internal static Command Create()
    {
        var port = new Option<string?>("--port") { Description = "Only those of this port.", HelpName = "PORT" };
        var command = new Command("drops", "Why a running switch dropped frames, and what that means.") { port };
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            await client.GetAsync("v1/drops", ControlJson.Default.DropsMessage, drops => Lines(drops, parsed.GetValue(port))).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(DropsMessage message, string? port)
    {
        var table = new TextTable("reason", "frames", "ports", "meaning") { Left = [0, 2, 3] };
        foreach (DropMessage drop in message.Drops)
        {
            if ((port is null ? drop.Count : drop.Ports.GetValueOrDefault(port)) is > 0 and var frames)
            {
                string ports = port ?? string.Join(", ", drop.Ports.Select(p => $"{p.Key} {Quantity.Long(p.Value)}"));
                table.Add(Reason.Name(drop.Reason), Quantity.Long(frames), ports, drop.Text);
            }
        }

        return table.Lines();
    }
}
