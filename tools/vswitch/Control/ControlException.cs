namespace VSwitch.Tool.Control;

/// <summary>A request can't be done: one line with cause and cure goes back.</summary>
internal sealed class ControlException(int status, string problem) : Exception(problem)
{
    /// <summary>An HTTP status from 400 on.</summary>
    internal int Status { get; } = status;
}
