namespace VSwitch.Captures.Comparing.Fields;

/// <summary>How the value of a field is shown.</summary>
internal enum FieldFormat : byte
{
    Number,
    Hex,
    Mac,
    Address,
    Octets,
    TcpFlags,
    Timestamps,
}
