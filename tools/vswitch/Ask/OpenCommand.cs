using System.CommandLine;
using VSwitch.Terminal;
using VSwitch.Tool.Control;

namespace VSwitch.Tool.Ask;

/// <summary><c>vswitch open</c>: opens a port that too many stations shut.</summary>
internal static class OpenCommand
{
    internal static Command Create()
    {
        var port = new Argument<string>("PORT") { Description = "The port's name." };
        var command = new Command("open", "Open a port of a running switch that too many stations shut.") { port };
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            string what = $"v1/ports/{Uri.EscapeDataString(parsed.GetValue(port)!)}/open";
            await client.AskAsync(HttpMethod.Post, what, null, ControlJson.Default.DoneMessage, d => [d.Done]).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }
}
