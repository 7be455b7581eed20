using System.Buffers;
using System.Text;
using System.Text.Json;

namespace VSwitch.PcapReplay;

/// <summary>Reports as JSON, a line each.</summary>
internal static class JsonText
{
    /// <summary>One object, whose fields are written by <paramref name="write"/>.</summary>
    internal static string Object(Action<Utf8JsonWriter> write)
    {
        var octets = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(octets))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }
}
