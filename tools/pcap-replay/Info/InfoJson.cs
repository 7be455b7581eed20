using System.Text.Json;
using VSwitch.Captures.Files;

namespace VSwitch.PcapReplay.Info;

/// <summary>A summary as programs read it: one object in one line.</summary>
internal static class InfoJson
{
    internal static string Line(CaptureSummary summary) => JsonText.Object(json => Write(summary, json));

    private static void Write(CaptureSummary summary, Utf8JsonWriter json)
    {
        json.WriteString("file", summary.File);
        json.WriteString("format", summary.Format);
        json.WriteString("byteOrder", summary.Format is null ? null : summary.IsBigEndian ? "big" : "little");
        json.WriteBoolean("compressed", summary.IsCompressed);
        json.WriteNumber("packets", summary.Packets);
        WriteTexts(json, "linkTypes", summary.LinkTypes);
        json.WriteStartArray("interfaces");
        foreach (InterfaceSummary one in summary.Interfaces)
        {
            Write(one, json);
        }

        json.WriteEndArray();
        json.WriteNumber("capturedOctets", summary.Captured);
        json.WriteNumber("originalOctets", summary.Original);
        json.WriteString("first", summary.First is { } first ? UtcTime.Of(first) : null);
        json.WriteString("last", summary.Last is { } last ? UtcTime.Of(last) : null);
        WriteNumber(json, "durationSeconds", summary.Duration);
        bool hasRate = summary.Duration > 0;
        WriteNumber(json, "packetsPerSecond", hasRate ? decimal.Round(summary.Packets / summary.Duration!.Value, 3) : null);
        WriteNumber(json, "bitsPerSecond", hasRate ? decimal.Round(summary.Original * 8m / summary.Duration!.Value, 3) : null);
        json.WriteBoolean("strictTimeOrder", summary.Backward == 0);
        json.WriteNumber("backwardPackets", summary.Backward);
        json.WriteNumber("timelessPackets", summary.Timeless);
        json.WriteNumber("snappedPackets", summary.Snapped);
        json.WriteNumber("droppedPackets", summary.Dropped);
        json.WriteNumber("commentedPackets", summary.Commented);
        WriteTexts(json, "comments", summary.Comments);
        json.WriteNumber("omittedTexts", summary.OmittedTexts);
        WriteError(json, summary.Error);
    }

    private static void Write(InterfaceSummary summary, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("index", summary.Interface.Index);
        json.WriteString("name", summary.Interface.Name);
        json.WriteString("linkType", LinkTypeNames.Of(summary.Interface.LinkType));
        json.WriteNumber("linkTypeNumber", (uint)summary.Interface.LinkType);
        json.WriteNumber("snapLength", summary.Interface.SnapLength);
        json.WriteString("timestampUnit", summary.Unit);
        json.WriteNumber("timestampOffsetSeconds", summary.Interface.TimestampOffset);
        json.WriteNumber("packets", summary.Packets);
        json.WriteString("description", summary.Interface.Description);
        json.WriteString("filter", summary.Interface.Filter);
        WriteTexts(json, "comments", summary.Interface.Comments);
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, CaptureError? error)
    {
        if (error is null)
        {
            json.WriteNull("error");
            return;
        }

        json.WriteStartObject("error");
        json.WriteNumber("offset", error.Offset);
        json.WriteString("message", error.Message);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
            return;
        }

        json.WriteNull(name);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
