namespace VSwitch.AccessControl;

/// <summary>The text of an access list is wrong: all that is, a line each, <c>NAME:LINE: problem: cure</c>.</summary>
public sealed class AccessListException : FormatException
{
    internal AccessListException(IReadOnlyList<string> problems)
        : base(string.Join('\n', problems)) => Problems = problems;

    /// <summary>The problems, in the order of their lines; at least one. Control characters are replaced.</summary>
    public IReadOnlyList<string> Problems { get; }
}
