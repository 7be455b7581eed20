namespace VSwitch.CompareBench.Lab;

/// <summary>How a subject is given more ports while it runs: shell commands with placeholders, which return when it is done.</summary>
/// <param name="Add">Makes the interfaces and gives them to the subject.</param>
/// <param name="Remove">Takes them away again, interfaces and all.</param>
internal sealed record PortCommands(string Add, string Remove);
