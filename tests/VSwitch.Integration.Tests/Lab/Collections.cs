namespace VSwitch.Integration.Tests.Lab;

/// <summary>Names of the test collections.</summary>
internal static class Collections
{
    /// <summary>Tests that load the machine: one after the other, beside lighter ones.</summary>
    internal const string Heavy = "heavy";

    /// <summary>Tests that measure the process: nothing runs beside them.</summary>
    internal const string Alone = "alone";
}
