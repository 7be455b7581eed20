using System.CommandLine;
using VSwitch.Terminal;
using VSwitch.Tool.Control;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Ask;

/// <summary><c>vswitch flapping</c>: stations that move to and fro.</summary>
internal static class FlappingCommand
{
    internal static Command Create()
    {
        var command = new Command("flapping", "Stations of a running switch that move to and fro between ports.");
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            await client.GetAsync("v1/flapping", ControlJson.Default.FlappingMessage, Lines).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(FlappingMessage message)
    {
        if (!message.IsWatched)
        {
            return ["the switch does not look for stations that move to and fro"];
        }

        var table = new TextTable("station", "vlan", "from", "to", "moves", "") { Left = [0, 2, 3, 5] };
        foreach (FlappingStationMessage station in message.Stations)
        {
            table.Add(station.Mac, $"{station.Vlan}", station.From, station.To, Quantity.Long(station.Moves), station.IsHeld ? "held" : "");
        }

        return table.Lines();
    }
}
