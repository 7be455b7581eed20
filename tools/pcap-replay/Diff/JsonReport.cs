using System.Text.Json;
using VSwitch.Captures.Comparing;
using VSwitch.Captures.Files;

namespace VSwitch.PcapReplay.Diff;

/// <summary>The report for programs: one object.</summary>
internal static class JsonReport
{
    internal static string Of(CaptureComparison comparison, string[] files) => JsonText.Object(json =>
    {
        json.WriteBoolean("equal", comparison.IsEqual);
        json.WriteBoolean("complete", comparison.IsComplete);
        json.WriteNumber("matched", comparison.Matched);
        json.WriteNumber("reordered", comparison.Reordered);
        json.WriteNumber("changed", comparison.Changed);
        json.WriteNumber("missing", comparison.Missing);
        json.WriteNumber("unexpected", comparison.Unexpected);
        json.WriteNumber("moved", comparison.Moved);
        WriteFile(json, "expected", files[0], comparison.ExpectedCount, comparison.ExpectedError);
        WriteFile(json, "actual", files[1], comparison.ActualCount, comparison.ActualError);
        json.WriteStartArray("differences");
        foreach (PacketDifference difference in comparison.Differences)
        {
            Write(json, difference);
        }

        json.WriteEndArray();
    });

    private static void WriteFile(Utf8JsonWriter json, string name, string file, long packets, CaptureError? error)
    {
        json.WriteStartObject(name);
        json.WriteString("file", file);
        json.WriteNumber("packets", packets);
        if (error is not null)
        {
            json.WriteString("error", error.ToString());
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PacketDifference difference)
    {
        json.WriteStartObject();
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(difference.Kind.ToString()));
        json.WriteString("flow", difference.Flow);
        WritePacket(json, "expected", difference.Expected);
        WritePacket(json, "actual", difference.Actual);
        json.WriteStartArray("changes");
        foreach (string change in difference.Changes)
        {
            json.WriteStringValue(change);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePacket(Utf8JsonWriter json, string side, ComparedPacket? packet)
    {
        if (packet is null)
        {
            return;
        }

        json.WriteStartObject(side);
        json.WriteNumber("packet", packet.Number);
        json.WriteNumber("interface", packet.Interface.Index);
        if (packet.Interface.Name is { } name)
        {
            json.WriteString("interfaceName", name);
        }

        json.WriteEndObject();
    }
}
