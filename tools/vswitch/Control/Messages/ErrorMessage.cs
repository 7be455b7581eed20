namespace VSwitch.Tool.Control.Messages;

/// <summary>Why a request was not done.</summary>
/// <param name="Error">One line, with cause and cure.</param>
internal sealed record ErrorMessage(string Error);
