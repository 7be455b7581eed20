using System.Globalization;

namespace VSwitch.Captures.Comparing.Fields;

/// <summary>Octets of a frame, as pcap-filter writes them: <c>frame[14:20]</c> are the 20 from octet 14 on.</summary>
/// <param name="Offset">From the front of the frame, 0 for the first.</param>
/// <param name="Length">How many, at least 1.</param>
internal readonly record struct OctetRange(int Offset, int Length)
{
    private const string Prefix = "frame[";

    internal static bool TryParse(string text, out OctetRange range)
    {
        range = default;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text[^1] != ']')
        {
            return false;
        }

        ReadOnlySpan<char> inner = text.AsSpan(Prefix.Length, text.Length - Prefix.Length - 1);
        int colon = inner.IndexOf(':');
        int length = 1;
        bool isRange = TryParse(colon < 0 ? inner : inner[..colon], out int offset) && (colon < 0 || TryParse(inner[(colon + 1)..], out length)) && length > 0;
        range = new OctetRange(offset, length);
        return isRange;
    }

    /// <summary>Makes zeros of those that the frame has.</summary>
    internal void Clear(Span<byte> octets)
    {
        if (Offset < octets.Length)
        {
            octets.Slice(Offset, Math.Min(Length, octets.Length - Offset)).Clear();
        }
    }

    private static bool TryParse(ReadOnlySpan<char> text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
