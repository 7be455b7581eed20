using System.Text.Json;
using System.Text.Json.Serialization;
using VSwitch.Tool.Control.Messages;

namespace VSwitch.Tool.Control;

/// <summary>How the messages are written as JSON.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AclsMessage))]
[JsonSerializable(typeof(CaptureRequestMessage))]
[JsonSerializable(typeof(DoneMessage))]
[JsonSerializable(typeof(DropsMessage))]
[JsonSerializable(typeof(EntryRequest))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(ExplainRequest))]
[JsonSerializable(typeof(FdbMessage))]
[JsonSerializable(typeof(FlappingMessage))]
[JsonSerializable(typeof(FlushMessage))]
[JsonSerializable(typeof(FlushRequest))]
[JsonSerializable(typeof(NeighborsMessage))]
[JsonSerializable(typeof(PortRequest))]
[JsonSerializable(typeof(PortsMessage))]
[JsonSerializable(typeof(SwitchMessage))]
[JsonSerializable(typeof(TraceMessage))]
[JsonSerializable(typeof(TraceRequestMessage))]
[JsonSerializable(typeof(VlansMessage))]
internal sealed partial class ControlJson : JsonSerializerContext
{
    /// <summary>The name of an enumeration's member as it stands in messages.</summary>
    internal static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
