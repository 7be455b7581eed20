namespace VSwitch.Bpf;

/// <summary>An instruction that was verified and decoded.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="JumpTrue">As in <see cref="BpfInstruction"/>.</param>
/// <param name="JumpFalse">As in <see cref="BpfInstruction"/>.</param>
/// <param name="K">As in <see cref="BpfInstruction"/>.</param>
internal readonly record struct BpfStep(BpfOperation Operation, byte JumpTrue, byte JumpFalse, uint K);
