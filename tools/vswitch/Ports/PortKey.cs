namespace VSwitch.Tool.Ports;

/// <summary>A key of a port: how it is written, what it is for, and what becomes of its value.</summary>
/// <param name="Name">What stands before the equals sign.</param>
/// <param name="Form">What stands behind it.</param>
/// <param name="Help">A few words.</param>
/// <param name="Apply">Reads the value.</param>
internal sealed record PortKey(string Name, string Form, string Help, PortKeyApply Apply)
{
    private const string OnOff = "on|off";

    /// <summary>A key that is on or off, and on when it stands alone.</summary>
    internal static PortKey Flag(string name, string help, Action<PortDraft, bool> apply) => new(name, OnOff, help, (port, value) =>
    {
        apply(port, value == "on");
        return value is "on" or "off" ? null : $"{name} is on or off, not '{value}'";
    });

    /// <summary>It may stand without a value.</summary>
    internal bool IsFlag => Form == OnOff;

    /// <summary>Its value is the path of a file.</summary>
    internal bool IsFile => Form == "FILE";

    /// <summary>It may stand there several times.</summary>
    internal bool IsRepeatable { get; init; }

    /// <summary>The kinds of ports that it means something for.</summary>
    internal PortKind Kinds { get; init; } = PortKind.Ethernet;

    /// <summary>As it is written.</summary>
    internal string Usage => IsFlag ? $"{Name}[={OnOff}]" : $"{Name}={Form}";
}
