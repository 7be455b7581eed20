namespace VSwitch.Bpf;

/// <summary>One instruction of a classic BPF program, 8 octets as in memory of the kernel and of libpcap.</summary>
/// <param name="Code">Class, size, mode or operation.</param>
/// <param name="JumpTrue">Instructions that are skipped when the condition of a jump is true.</param>
/// <param name="JumpFalse">Instructions that are skipped when it is not.</param>
/// <param name="K">The constant: an operand, an offset into the frame, an index of the scratch memory, or a result.</param>
/// <remarks>Source: struct sock_filter, linux/filter.h.</remarks>
public readonly record struct BpfInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint K);
