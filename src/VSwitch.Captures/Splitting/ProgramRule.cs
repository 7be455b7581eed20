using VSwitch.Bpf;

namespace VSwitch.Captures.Splitting;

/// <summary>Matches what a BPF program accepts (F:).</summary>
/// <param name="program">A program for Ethernet frames.</param>
public sealed class ProgramRule(BpfProgram program) : IPacketRule
{
    /// <inheritdoc/>
    public bool? Matches(long number, ReadOnlySpan<byte> frame) => program.Matches(frame);
}
