namespace VSwitch.Terminal;

/// <summary>The value of an option that has parts: <c>[head,]key=value[,key=value...]</c>.</summary>
internal sealed class OptionText
{
    private readonly string _where;
    private readonly List<string> _problems;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <param name="option">The option.</param>
    /// <param name="text">Its value.</param>
    /// <param name="keys">Those that may stand there.</param>
    /// <param name="problems">Takes what is wrong.</param>
    internal OptionText(string option, string text, IReadOnlyList<string> keys, List<string> problems)
    {
        _where = $"{option} '{text}'";
        _problems = problems;
        string[] parts = text.Length > 0 ? text.Split(',') : [];
        int first = parts.Length > 0 && !parts[0].Contains('=', StringComparison.Ordinal) ? 1 : 0;
        Head = first == 1 ? parts[0] : "";
        foreach (string part in parts.Skip(first))
        {
            string[] pair = part.Split('=', 2);
            string? problem = pair.Length != 2 ? $"'{part}' is not key=value"
                : !keys.Contains(pair[0]) ? $"unknown key '{pair[0]}': the keys are {string.Join(", ", keys)}"
                : !_values.TryAdd(pair[0], pair[1]) ? $"{pair[0]} is there twice"
                : null;
            Require(problem is null, problem ?? "");
        }
    }

    /// <summary>What stands in front of the keys; empty for nothing.</summary>
    internal string Head { get; }

    /// <summary>Nothing was wrong up to now.</summary>
    internal bool IsGood { get; private set; } = true;

    /// <summary>The value of a key; null when it is not there.</summary>
    internal string? this[string key] => _values.GetValueOrDefault(key);

    internal void Require(bool condition, string problem)
    {
        if (!condition)
        {
            IsGood = false;
            _problems.Add($"{_where}: {problem}");
        }
    }
}
