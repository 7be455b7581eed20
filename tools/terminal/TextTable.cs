using System.Text;

namespace VSwitch.Terminal;

/// <summary>Rows of text in columns: the first to the left, the others to the right, as <c>ip -s</c> and <c>sar</c> do, unless it is said otherwise.</summary>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [headings];

    /// <summary>Columns whose text is to the left.</summary>
    internal IReadOnlyCollection<int> Left { get; init; } = [0];

    internal void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>One line for each row, the headings first.</summary>
    internal IEnumerable<string> Lines()
    {
        int[] widths = [.. Enumerable.Range(0, headings.Length).Select(c => _rows.Max(r => r[c].Length))];
        foreach (string[] row in _rows)
        {
            var line = new StringBuilder();
            for (int c = 0; c < row.Length; c++)
            {
                line.Append(c == 0 ? "" : "  ").Append(Left.Contains(c) ? row[c].PadRight(widths[c]) : row[c].PadLeft(widths[c]));
            }

            yield return line.ToString().TrimEnd();
        }
    }
}
