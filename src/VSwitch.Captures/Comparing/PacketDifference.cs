using System.Globalization;

namespace VSwitch.Captures.Comparing;

/// <summary>A packet that differs.</summary>
/// <param name="Kind">How.</param>
/// <param name="Flow">Its flow, such as <c>10.0.0.1:1024 > 10.0.0.2:80 tcp</c>, in the direction of the packet.</param>
/// <param name="Expected">The packet of the expected capture; null when it is unexpected.</param>
/// <param name="Actual">That of the actual one; null when it is missing.</param>
/// <param name="Changes">What differs, one text each: <c>ip.ttl 64 -> 63</c>. The first few, where it is much.</param>
public sealed record PacketDifference(DifferenceKind Kind, string Flow, ComparedPacket? Expected, ComparedPacket? Actual, IReadOnlyList<string> Changes)
{
    /// <summary>The changes in one line.</summary>
    public string Text => string.Join(", ", Changes);

    /// <summary>In one line: <c>changed 5 -> 5 (10.0.0.1:1024 > 10.0.0.2:80 tcp): ip.ttl 64 -> 63</c>.</summary>
    public override string ToString()
    {
        string numbers = (Expected, Actual) switch
        {
            ({ } expected, { } actual) => string.Create(CultureInfo.InvariantCulture, $"{expected.Number} -> {actual.Number}"),
            var (expected, actual) => string.Create(CultureInfo.InvariantCulture, $"{(expected ?? actual)?.Number}"),
        };
        return $"{Kind.ToString().ToLowerInvariant()} {numbers} ({Flow}): {Text}";
    }
}
