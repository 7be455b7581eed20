using System.Globalization;

namespace VSwitch.Terminal;

/// <summary>Text from elsewhere, made fit for a terminal: nothing in it moves the cursor, breaks the line or turns the writing round.</summary>
internal static class Printable
{
    internal static string Of(string text) => text.All(IsPlain) ? text : string.Create(text.Length, text, static (line, from) =>
    {
        for (int i = 0; i < line.Length; i++)
        {
            line[i] = IsPlain(from[i]) ? from[i] : '?';
        }
    });

    private static bool IsPlain(char c) => c is >= ' ' and <= '~'
        || CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
