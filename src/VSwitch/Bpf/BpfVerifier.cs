using System.Globalization;

namespace VSwitch.Bpf;

/// <summary>Looks at a program once, so that running it cannot fail: it ends, stays inside itself, and reads no memory that it has not written.</summary>
/// <remarks>Source: bpf_check_classic (sk_chk_filter) and check_load_and_stores, net/core/filter.c.</remarks>
internal static class BpfVerifier
{
    private const int WordBits = 32;
    private const ushort All = 0xFFFF; // of the scratch memory, a bit a word
    private const uint ExtensionsBegin = 0xFFFF_F000; // SKF_AD_OFF
    private const uint NetworkBegins = 0xFFF0_0000; // SKF_NET_OFF
    private const uint LinkBegins = 0xFFE0_0000; // SKF_LL_OFF

    private static readonly string[] s_extensions =
    [
        "SKF_AD_PROTOCOL", "SKF_AD_PKTTYPE", "SKF_AD_IFINDEX", "SKF_AD_NLATTR", "SKF_AD_NLATTR_NEST", "SKF_AD_MARK", "SKF_AD_QUEUE", "SKF_AD_HATYPE",
        "SKF_AD_RXHASH", "SKF_AD_CPU", "SKF_AD_ALU_XOR_X", "SKF_AD_VLAN_TAG", "SKF_AD_VLAN_TAG_PRESENT", "SKF_AD_PAY_OFFSET", "SKF_AD_RANDOM", "SKF_AD_VLAN_TPID",
    ];

    /// <summary>Decodes a program, if it may run.</summary>
    /// <param name="instructions">The program.</param>
    /// <param name="steps">Takes a step for each instruction; as long as these.</param>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    internal static string? Check(ReadOnlySpan<BpfInstruction> instructions, Span<BpfStep> steps)
    {
        for (int at = 0; at < instructions.Length; at++)
        {
            BpfInstruction instruction = instructions[at];
            if (!BpfOpcodes.TryDecode(instruction.Code, out BpfOperation operation))
            {
                return Problem(at, $"unknown opcode 0x{instruction.Code:x2}");
            }

            steps[at] = new(operation, instruction.JumpTrue, instruction.JumpFalse, instruction.K);
            if (ProblemOf(steps[at], left: instructions.Length - at - 1) is { } problem)
            {
                return Problem(at, problem);
            }
        }

        return steps[^1].Operation is BpfOperation.Return or BpfOperation.ReturnA
            ? CheckScratch(steps)
            : Problem(steps.Length - 1, "the last one must be a return");
    }

    /// <param name="step">The instruction.</param>
    /// <param name="left">Instructions behind it.</param>
    private static string? ProblemOf(in BpfStep step, int left) => step.Operation switch
    {
        BpfOperation.Divide or BpfOperation.Modulo when step.K == 0 => "division by zero",
        BpfOperation.ShiftLeft or BpfOperation.ShiftRight when step.K >= WordBits => Text($"a shift by {step.K} bits"),
        BpfOperation.LoadScratch or BpfOperation.LoadXScratch or BpfOperation.Store or BpfOperation.StoreX when step.K >= BpfProgram.ScratchWords =>
            Text($"scratch memory has {BpfProgram.ScratchWords} words, none at {step.K}"),
        BpfOperation.Jump when (int)step.K < 0 => "a jump backwards",
        BpfOperation.Jump when step.K >= (uint)left => "a jump out of the program",
        >= BpfOperation.JumpEqual and <= BpfOperation.JumpSetX when step.JumpTrue >= left || step.JumpFalse >= left => "a jump out of the program",
        BpfOperation.LoadWord or BpfOperation.LoadHalf or BpfOperation.LoadByte when step.K >= LinkBegins =>
            Text($"{ExtensionOf(step.K)} is an extension of the kernel, and not available here"),
        _ => null,
    };

    /// <summary>All jumps go forward, so one pass knows of each instruction which words have been written on every way to it.</summary>
    private static string? CheckScratch(ReadOnlySpan<BpfStep> steps)
    {
        var writtenAt = new ushort[steps.Length]; // by all the jumps that lead there
        Array.Fill(writtenAt, All);
        ushort written = 0;
        for (int at = 0; at < steps.Length; at++)
        {
            BpfStep step = steps[at];
            written &= writtenAt[at];
            switch (step.Operation)
            {
                case BpfOperation.Store or BpfOperation.StoreX:
                    written |= (ushort)(1 << (int)step.K);
                    break;
                case BpfOperation.LoadScratch or BpfOperation.LoadXScratch when (written & (1 << (int)step.K)) == 0:
                    return Problem(at, Text($"word {step.K} of the scratch memory is read before it is written"));
                case BpfOperation.Jump:
                    writtenAt[at + 1 + (int)step.K] &= written;
                    written = All;
                    break;
                case >= BpfOperation.JumpEqual and <= BpfOperation.JumpSetX:
                    writtenAt[at + 1 + step.JumpTrue] &= written;
                    writtenAt[at + 1 + step.JumpFalse] &= written;
                    written = All;
                    break;
                case BpfOperation.Return or BpfOperation.ReturnA:
                    written = All; // nothing comes from here; the kernel forgets that, and refuses some programs that it could run
                    break;
            }
        }

        return null;
    }

    private static string ExtensionOf(uint k) => k switch
    {
        >= ExtensionsBegin when (k - ExtensionsBegin) % 4 == 0 && (k - ExtensionsBegin) / 4 < s_extensions.Length => s_extensions[(k - ExtensionsBegin) / 4],
        >= ExtensionsBegin => Text($"SKF_AD_OFF + {k - ExtensionsBegin}"),
        >= NetworkBegins => "SKF_NET_OFF",
        _ => "SKF_LL_OFF",
    };

    private static string Problem(int at, string problem) => Text($"instruction {at}: {problem}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
