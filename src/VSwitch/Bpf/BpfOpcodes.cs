namespace VSwitch.Bpf;

/// <summary>The codes that a program may have: those that the kernel's verifier knows, and no others.</summary>
/// <remarks>Source: the table of chk_code_allowed, net/core/filter.c; the parts of a code are in linux/bpf_common.h.</remarks>
internal static class BpfOpcodes
{
    /// <returns>False for a code that there is none.</returns>
    internal static bool TryDecode(ushort code, out BpfOperation operation)
    {
        BpfOperation? known = code switch
        {
            0x20 => BpfOperation.LoadWord,
            0x28 => BpfOperation.LoadHalf,
            0x30 => BpfOperation.LoadByte,
            0x40 => BpfOperation.LoadWordIndexed,
            0x48 => BpfOperation.LoadHalfIndexed,
            0x50 => BpfOperation.LoadByteIndexed,
            0x80 => BpfOperation.LoadLength,
            0x00 => BpfOperation.LoadConstant,
            0x60 => BpfOperation.LoadScratch,
            0x01 => BpfOperation.LoadXConstant,
            0x61 => BpfOperation.LoadXScratch,
            0x81 => BpfOperation.LoadXLength,
            0xB1 => BpfOperation.LoadXHeaderLength,
            0x02 => BpfOperation.Store,
            0x03 => BpfOperation.StoreX,
            0x04 => BpfOperation.Add,
            0x0C => BpfOperation.AddX,
            0x14 => BpfOperation.Subtract,
            0x1C => BpfOperation.SubtractX,
            0x24 => BpfOperation.Multiply,
            0x2C => BpfOperation.MultiplyX,
            0x34 => BpfOperation.Divide,
            0x3C => BpfOperation.DivideX,
            0x94 => BpfOperation.Modulo,
            0x9C => BpfOperation.ModuloX,
            0x44 => BpfOperation.Or,
            0x4C => BpfOperation.OrX,
            0x54 => BpfOperation.And,
            0x5C => BpfOperation.AndX,
            0xA4 => BpfOperation.Xor,
            0xAC => BpfOperation.XorX,
            0x64 => BpfOperation.ShiftLeft,
            0x6C => BpfOperation.ShiftLeftX,
            0x74 => BpfOperation.ShiftRight,
            0x7C => BpfOperation.ShiftRightX,
            0x84 => BpfOperation.Negate,
            0x05 => BpfOperation.Jump,
            0x15 => BpfOperation.JumpEqual,
            0x1D => BpfOperation.JumpEqualX,
            0x25 => BpfOperation.JumpGreater,
            0x2D => BpfOperation.JumpGreaterX,
            0x35 => BpfOperation.JumpGreaterOrEqual,
            0x3D => BpfOperation.JumpGreaterOrEqualX,
            0x45 => BpfOperation.JumpSet,
            0x4D => BpfOperation.JumpSetX,
            0x06 => BpfOperation.Return,
            0x16 => BpfOperation.ReturnA,
            0x07 => BpfOperation.CopyToX,
            0x87 => BpfOperation.CopyToA,
            _ => null,
        };
        operation = known.GetValueOrDefault();
        return known.HasValue;
    }
}
