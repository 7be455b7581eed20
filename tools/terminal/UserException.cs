namespace VSwitch.Terminal;

/// <summary>What the user asked for can't be done: one line for each problem, with cause and cure.</summary>
internal sealed class UserException(IReadOnlyList<string> problems, Exception? inner = null) : Exception(string.Join('\n', problems), inner)
{
    internal UserException(string problem, Exception? inner = null)
        : this([problem], inner)
    {
    }

    internal IReadOnlyList<string> Problems { get; } = problems;

    /// <summary>What an error of the library says, without the name of a parameter that .NET adds to it for programmers.</summary>
    internal static string TextOf(Exception error) => error.Message.Split(" (Parameter")[0];
}
