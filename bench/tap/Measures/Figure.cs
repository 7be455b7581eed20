namespace VSwitch.TapBench.Measures;

/// <summary>One line of the table.</summary>
/// <param name="Title">With the unit.</param>
/// <param name="Format">A .NET number format.</param>
/// <param name="Goal">Of issue "the switch forwards real traffic", section "Measured".</param>
internal sealed record Figure(string Title, string Format, Goal Goal);
