using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace VSwitch.Bpf;

/// <summary>A classic BPF program that was verified: it always ends, cannot fail, and allocates nothing. Immutable, for any number of threads at once.</summary>
/// <remarks>The README of this folder has the theory of operation.</remarks>
public sealed class BpfProgram
{
    /// <summary>Instructions that a program may have (BPF_MAXINSNS).</summary>
    public const int MaxInstructions = 4096;

    /// <summary>Words of scratch memory (BPF_MEMWORDS).</summary>
    internal const int ScratchWords = 16;

    private const int WordBits = 32;

    private readonly BpfStep[] _steps;
    private readonly bool _usesScratch;

    private BpfProgram(BpfStep[] steps)
    {
        _steps = steps;
        _usesScratch = steps.Any(s => s.Operation is BpfOperation.Store or BpfOperation.StoreX); // none reads what it has not written
    }

    /// <summary>Instructions of the program, 1 to <see cref="MaxInstructions"/>.</summary>
    public int Length => _steps.Length;

    /// <summary>Verifies a program as the kernel does.</summary>
    /// <param name="instructions">The program; it is copied.</param>
    /// <param name="program">The program, when the result is true.</param>
    /// <param name="problem">What is wrong with it, and where, in one line; when the result is false.</param>
    /// <returns>
    /// False for a program that is empty or too long, has an unknown opcode, jumps out of itself, can run past its end, divides by a constant zero, shifts by 32 or more, reads
    /// scratch memory that there is none or that it may not have written, or asks for what only the kernel knows of a frame (SKF_AD_OFF, SKF_NET_OFF, SKF_LL_OFF).
    /// </returns>
    public static bool TryCreate(
        ReadOnlySpan<BpfInstruction> instructions, [NotNullWhen(true)] out BpfProgram? program, [NotNullWhen(false)] out string? problem)
    {
        program = null;
        if (instructions.Length is 0 or > MaxInstructions)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"{instructions.Length} instructions: a program has 1 to {MaxInstructions}");
            return false;
        }

        var steps = new BpfStep[instructions.Length];
        problem = BpfVerifier.Check(instructions, steps);
        if (problem is not null)
        {
            return false;
        }

        program = new(steps);
        return true;
    }

    /// <summary>Whether a frame that is here as a whole passes the filter.</summary>
    /// <param name="frame">From the header on that the program was made for.</param>
    public bool Matches(ReadOnlySpan<byte> frame) => Run(frame, frame.Length) != 0;

    /// <summary>Runs the program.</summary>
    /// <param name="frame">The frame, or its front.</param>
    /// <param name="wireLength">Octets of the whole frame.</param>
    /// <returns>What the program returns: 0 refuses the frame, anything else is how much of it is wanted. 0 also for a load beyond the frame, and for a division by an X of zero.</returns>
    public uint Run(ReadOnlySpan<byte> frame, int wireLength) => _usesScratch ? RunWithScratch(frame, wireLength) : Run(frame, wireLength, []);

    private uint RunWithScratch(ReadOnlySpan<byte> frame, int wireLength)
    {
        Span<uint> scratch = stackalloc uint[ScratchWords];
        return Run(frame, wireLength, scratch);
    }

    // Offsets are added with 64 bits: as in libpcap, an index that is too large does not come round to the front of the frame.
    private uint Run(ReadOnlySpan<byte> frame, int wireLength, Span<uint> scratch)
    {
        ReadOnlySpan<BpfStep> steps = _steps;
        uint a = 0;
        uint x = 0;
        for (int at = 0; ; at++)
        {
            ref readonly BpfStep step = ref steps[at];
            uint k = step.K;
            switch (step.Operation)
            {
                case BpfOperation.LoadWord:
                    if (!TryLoadWord(frame, k, ref a))
                    {
                        return 0;
                    }

                    break;
                case BpfOperation.LoadHalf:
                    if (!TryLoadHalf(frame, k, ref a))
                    {
                        return 0;
                    }

                    break;
                case BpfOperation.LoadByte:
                    if (!TryLoadByte(frame, k, ref a))
                    {
                        return 0;
                    }

                    break;
                case BpfOperation.LoadWordIndexed:
                    if (!TryLoadWord(frame, (ulong)x + k, ref a))
                    {
                        return 0;
                    }

                    break;
                case BpfOperation.LoadHalfIndexed:
                    if (!TryLoadHalf(frame, (ulong)x + k, ref a))
                    {
                        return 0;
                    }

                    break;
                case BpfOperation.LoadByteIndexed:
                    if (!TryLoadByte(frame, (ulong)x + k, ref a))
                    {
                        return 0;
                    }

                    break;
                case BpfOperation.LoadXHeaderLength: // of IPv4: the low four bits count words
                    if (!TryLoadByte(frame, k, ref x))
                    {
                        return 0;
                    }

                    x = (x & 0xF) << 2;
                    break;
                case BpfOperation.LoadLength:
                    a = (uint)wireLength;
                    break;
                case BpfOperation.LoadXLength:
                    x = (uint)wireLength;
                    break;
                case BpfOperation.LoadConstant:
                    a = k;
                    break;
                case BpfOperation.LoadXConstant:
                    x = k;
                    break;
                case BpfOperation.LoadScratch:
                    a = scratch[(int)k];
                    break;
                case BpfOperation.LoadXScratch:
                    x = scratch[(int)k];
                    break;
                case BpfOperation.Store:
                    scratch[(int)k] = a;
                    break;
                case BpfOperation.StoreX:
                    scratch[(int)k] = x;
                    break;
                case BpfOperation.CopyToX:
                    x = a;
                    break;
                case BpfOperation.CopyToA:
                    a = x;
                    break;
                case BpfOperation.Add:
                    a += k;
                    break;
                case BpfOperation.AddX:
                    a += x;
                    break;
                case BpfOperation.Subtract:
                    a -= k;
                    break;
                case BpfOperation.SubtractX:
                    a -= x;
                    break;
                case BpfOperation.Multiply:
                    a *= k;
                    break;
                case BpfOperation.MultiplyX:
                    a *= x;
                    break;
                case BpfOperation.Divide:
                    a /= k;
                    break;
                case BpfOperation.Modulo:
                    a %= k;
                    break;
                case BpfOperation.DivideX:
                    if (x == 0)
                    {
                        return 0;
                    }

                    a /= x;
                    break;
                case BpfOperation.ModuloX:
                    if (x == 0)
                    {
                        return 0;
                    }

                    a %= x;
                    break;
                case BpfOperation.Or:
                    a |= k;
                    break;
                case BpfOperation.OrX:
                    a |= x;
                    break;
                case BpfOperation.And:
                    a &= k;
                    break;
                case BpfOperation.AndX:
                    a &= x;
                    break;
                case BpfOperation.Xor:
                    a ^= k;
                    break;
                case BpfOperation.XorX:
                    a ^= x;
                    break;
                case BpfOperation.ShiftLeft:
                    a <<= (int)k;
                    break;
                case BpfOperation.ShiftRight:
                    a >>= (int)k;
                    break;
                case BpfOperation.ShiftLeftX:
                    a = x < WordBits ? a << (int)x : 0;
                    break;
                case BpfOperation.ShiftRightX:
                    a = x < WordBits ? a >> (int)x : 0;
                    break;
                case BpfOperation.Negate:
                    a = 0 - a;
                    break;
                case BpfOperation.Jump:
                    at += (int)k;
                    break;
                case BpfOperation.JumpEqual:
                    at += a == k ? step.JumpTrue : step.JumpFalse;
                    break;
                case BpfOperation.JumpEqualX:
                    at += a == x ? step.JumpTrue : step.JumpFalse;
                    break;
                case BpfOperation.JumpGreater:
                    at += a > k ? step.JumpTrue : step.JumpFalse;
                    break;
                case BpfOperation.JumpGreaterX:
                    at += a > x ? step.JumpTrue : step.JumpFalse;
                    break;
                case BpfOperation.JumpGreaterOrEqual:
                    at += a >= k ? step.JumpTrue : step.JumpFalse;
                    break;
                case BpfOperation.JumpGreaterOrEqualX:
                    at += a >= x ? step.JumpTrue : step.JumpFalse;
                    break;
                case BpfOperation.JumpSet:
                    at += (a & k) != 0 ? step.JumpTrue : step.JumpFalse;
                    break;
                case BpfOperation.JumpSetX:
                    at += (a & x) != 0 ? step.JumpTrue : step.JumpFalse;
                    break;
                case BpfOperation.Return:
                    return k;
                default: // ReturnA
                    return a;
            }
        }
    }

    private static bool TryLoadWord(ReadOnlySpan<byte> frame, ulong offset, ref uint register)
    {
        bool fits = offset + sizeof(uint) <= (ulong)frame.Length;
        if (fits)
        {
            register = BinaryPrimitives.ReadUInt32BigEndian(frame[(int)offset..]);
        }

        return fits;
    }

    private static bool TryLoadHalf(ReadOnlySpan<byte> frame, ulong offset, ref uint register)
    {
        bool fits = offset + sizeof(ushort) <= (ulong)frame.Length;
        if (fits)
        {
            register = BinaryPrimitives.ReadUInt16BigEndian(frame[(int)offset..]);
        }

        return fits;
    }

    private static bool TryLoadByte(ReadOnlySpan<byte> frame, ulong offset, ref uint register)
    {
        bool fits = offset < (ulong)frame.Length;
        if (fits)
        {
            register = frame[(int)offset];
        }

        return fits;
    }
}
