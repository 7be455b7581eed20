using System.Diagnostics;
using System.Text;
using System.Text.Json;
using VSwitch.Frames;
using VSwitch.Policies;

namespace VSwitch.Tool.Run;

/// <summary>An object a line; counters are totals since the port was opened.</summary>
internal sealed class JsonReporter : IReporter
{
    public void Ready() => Write(json => json.WriteString("event", "ready"));

    public void Report(StatsSample before, StatsSample now) => Write(json =>
    {
        json.WriteString("event", "stats");
        json.WriteNumber("interval", Stopwatch.GetElapsedTime(before.Timestamp, now.Timestamp).TotalSeconds);
        json.WriteNumber("stations", now.Stations);
        json.WriteNumber("neighbors", now.Neighbors);
        json.WriteNumber("neighborConflicts", now.NeighborConflicts);
        json.WriteStartArray("ports");
        foreach (StatsSample.Port port in now.Ports)
        {
            WritePort(json, port);
        }

        json.WriteEndArray();
    });

    private static void WritePort(Utf8JsonWriter json, StatsSample.Port port)
    {
        json.WriteStartObject();
        json.WriteString("name", port.Name);
        json.WriteString("state", port.State);
        if (port.Block != PortBlock.None)
        {
            json.WriteString("block", JsonNamingPolicy.CamelCase.ConvertName(port.Block.ToString()));
        }

        json.WriteNumber("rxFrames", port.ReceivedFrames);
        json.WriteNumber("rxOctets", port.ReceivedOctets);
        json.WriteNumber("txFrames", port.SentFrames);
        json.WriteNumber("txOctets", port.SentOctets);
        if (port.KernelDrops is { } kernelDrops)
        {
            json.WriteNumber("kernelDrops", kernelDrops);
        }

        json.WriteStartObject("drops");
        foreach ((DropReason reason, long frames) in port.Drops)
        {
            json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(reason.ToString()), frames);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Action<Utf8JsonWriter> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        Console.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
