using System.CommandLine;
using VSwitch.Terminal;
using VSwitch.Tool.Control;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Ask;

/// <summary><c>vswitch fdb</c>: who is behind which port; forgetting stations, and entering them for good.</summary>
internal static class FdbCommand
{
    internal static Command Create()
    {
        var command = new Command("fdb", "Stations of a running switch, and their ports: show (the default), flush, add, del.");
        MakeShow(command);
        var show = new Command("show", "Show the stations that are known.");
        MakeShow(show);
        command.Add(show);
        command.Add(CreateFlush());
        command.Add(CreateChange(
            "add", "Enter a station for good: it never ages and never moves.", HttpMethod.Put, new("--port") { Description = "Its port.", HelpName = "PORT", Required = true }));
        command.Add(CreateChange("del", "Forget a station.", HttpMethod.Delete, port: null));
        return command;
    }

    private static void MakeShow(Command command)
    {
        Option<string?> port = Port();
        Option<string?> vlan = Vlan();
        command.Add(port);
        command.Add(vlan);
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            string?[] query = [Query("port", parsed.GetValue(port)), Query("vlan", parsed.GetValue(vlan))];
            await client.GetAsync($"v1/fdb?{string.Join('&', query.OfType<string>())}", ControlJson.Default.FdbMessage, Lines).ConfigureAwait(false);
            return ExitCode.Done;
        });
    }

    private static Command CreateFlush()
    {
        Option<string?> port = Port();
        Option<string?> vlan = Vlan();
        var sticky = new Option<bool>("--sticky") { Description = "Sticky stations, too." };
        var command = new Command("flush", "Forget the stations that were learned.") { port, vlan, sticky };
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            int? vid = parsed.GetValue(vlan) is { } text ? ParseVlan(text) : null;
            HttpContent body = ControlClient.Body(new FlushRequest(parsed.GetValue(port), vid, parsed.GetValue(sticky)), ControlJson.Default.FlushRequest);
            await client.AskAsync(HttpMethod.Post, "v1/fdb/flush", body, ControlJson.Default.FlushMessage, f => [$"{Quantity.Long(f.Flushed)} forgotten"]).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command CreateChange(string name, string description, HttpMethod method, Option<string?>? port)
    {
        var mac = new Argument<string>("MAC") { Description = "The station." };
        var vlan = new Option<string>("--vlan") { Description = "Its VLAN.", HelpName = "VID", Required = true };
        var command = new Command(name, description) { mac, vlan };
        if (port is not null)
        {
            command.Add(port);
        }

        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using ControlClient client = ask.Open(parsed);
            var entry = new EntryRequest(parsed.GetValue(mac), ParseVlan(parsed.GetValue(vlan)!), port is null ? null : parsed.GetValue(port));
            HttpContent body = ControlClient.Body(entry, ControlJson.Default.EntryRequest);
            await client.AskAsync(method, "v1/fdb/entry", body, ControlJson.Default.DoneMessage, d => [d.Done]).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(FdbMessage fdb)
    {
        var table = new TextTable("station", "vlan", "port", "kind", "age") { Left = [0, 2, 3] };
        foreach (StationMessage station in fdb.Stations.OrderBy(s => s.Vlan).ThenBy(s => s.Mac, StringComparer.Ordinal))
        {
            table.Add(station.Mac, $"{station.Vlan}", station.Port, station.Kind, station.Kind == "dynamic" ? $"{station.Age}s" : "-");
        }

        return table.Lines();
    }

    private static Option<string?> Port() => new("--port") { Description = "Only those behind this port.", HelpName = "PORT" };

    private static Option<string?> Vlan() => new("--vlan") { Description = "Only those of this VLAN.", HelpName = "VID" };

    private static string? Query(string name, string? value) => value is null ? null : $"{name}={Uri.EscapeDataString(value)}";

    private static int ParseVlan(string text) =>
        Quantity.TryParseCount(text, 1, 4094, out int vid) ? vid : throw new UserException($"--vlan '{text}' is not a number from 1 to 4094");
}
