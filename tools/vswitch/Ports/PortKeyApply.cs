namespace VSwitch.Tool.Ports;

/// <summary>Notes the value of a key.</summary>
/// <param name="port">Takes it.</param>
/// <param name="value">As the user wrote it.</param>
/// <returns>What is wrong, with its cure; null for nothing.</returns>
internal delegate string? PortKeyApply(PortDraft port, string value);
