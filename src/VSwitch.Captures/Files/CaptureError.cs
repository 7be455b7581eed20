using System.Globalization;

namespace VSwitch.Captures.Files;

/// <summary>Where and why a capture file can't be read any further.</summary>
/// <param name="Offset">Octets from the front of the file, of what came out of it where it is compressed, to the record or block that is broken.</param>
/// <param name="Message">What is wrong there, in a few words, without the offset.</param>
public sealed record CaptureError(long Offset, string Message)
{
    /// <summary>In one line: <c>offset 1234: the packet claims ...</c></summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"offset {Offset}: {Message}");
}
