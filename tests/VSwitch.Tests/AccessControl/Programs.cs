using VSwitch.Bpf;

namespace VSwitch.Tests.AccessControl;

/// <summary>Programs by hand, for tests without libpcap.</summary>
internal static class Programs
{
    internal static BpfProgram All { get; } = Of(new BpfInstruction(0x06, 0, 0, 0x40000));

    /// <summary><c>tcpdump -d arp</c></summary>
    internal static BpfProgram ArpOnly { get; } = Of(new(0x28, 0, 0, 12), new(0x15, 0, 1, 0x806), new(0x06, 0, 0, 0x40000), new(0x06, 0, 0, 0));

    internal static BpfProgram Of(params BpfInstruction[] instructions) =>
        BpfProgram.TryCreate(instructions, out BpfProgram? program, out string? problem) ? program : throw new ArgumentException(problem);
}
