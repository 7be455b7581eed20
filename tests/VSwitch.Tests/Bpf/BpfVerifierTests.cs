using VSwitch.Bpf;

namespace VSwitch.Tests.Bpf;

public sealed class BpfVerifierTests
{
    private static readonly BpfInstruction s_return = new(0x06, 0, 0, 1);

    public static TheoryData<ushort, byte, byte, uint, string> Refused => new()
    {
        { 0x34, 0, 0, 0, "instruction 0: division by zero" },
        { 0x94, 0, 0, 0, "instruction 0: division by zero" },
        { 0x64, 0, 0, 32, "instruction 0: a shift by 32 bits" },
        { 0x74, 0, 0, 0x8000_0000, "instruction 0: a shift by 2147483648 bits" },
        { 0x02, 0, 0, 16, "instruction 0: scratch memory has 16 words, none at 16" },
        { 0x03, 0, 0, 0xFFFF_FFFF, "instruction 0: scratch memory has 16 words, none at 4294967295" },
        { 0x60, 0, 0, 16, "instruction 0: scratch memory has 16 words, none at 16" },
        { 0x61, 0, 0, 16, "instruction 0: scratch memory has 16 words, none at 16" },
        { 0x60, 0, 0, 3, "instruction 0: word 3 of the scratch memory is read before it is written" },
        { 0x61, 0, 0, 0, "instruction 0: word 0 of the scratch memory is read before it is written" },
        { 0x05, 0, 0, 1, "instruction 0: a jump out of the program" },
        { 0x05, 0, 0, 0xFFFF_FFFF, "instruction 0: a jump backwards" },
        { 0x15, 1, 0, 0, "instruction 0: a jump out of the program" },
        { 0x4D, 0, 1, 0, "instruction 0: a jump out of the program" },
        { 0x20, 0, 0, 0xFFFF_F000, "instruction 0: SKF_AD_PROTOCOL is an extension of the kernel, and not available here" },
        { 0x28, 0, 0, 0xFFFF_F02C, "instruction 0: SKF_AD_VLAN_TAG is an extension of the kernel, and not available here" },
        { 0x30, 0, 0, 0xFFFF_F03C, "instruction 0: SKF_AD_VLAN_TPID is an extension of the kernel, and not available here" },
        { 0x30, 0, 0, 0xFFFF_F040, "instruction 0: SKF_AD_OFF + 64 is an extension of the kernel, and not available here" },
        { 0x30, 0, 0, 0xFFFF_F001, "instruction 0: SKF_AD_OFF + 1 is an extension of the kernel, and not available here" },
        { 0x30, 0, 0, 0xFFF0_0000, "instruction 0: SKF_NET_OFF is an extension of the kernel, and not available here" },
        { 0x30, 0, 0, 0xFFE0_0000, "instruction 0: SKF_LL_OFF is an extension of the kernel, and not available here" },
        { 0x0E, 0, 0, 0, "instruction 0: unknown opcode 0x0e" }, // RET X: of BSD
        { 0x10, 0, 0, 0, "instruction 0: unknown opcode 0x10" },
        { 0xFFFF, 0, 0, 0, "instruction 0: unknown opcode 0xffff" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void WhatTheKernelRefuses_IsRefused(ushort code, byte jumpTrue, byte jumpFalse, uint k, string problem) =>
        Assert.Equal(problem, ProblemOf(new(code, jumpTrue, jumpFalse, k), s_return));

    [Theory]
    [InlineData(0x64, 31)]
    [InlineData(0x34, 1)]
    [InlineData(0x02, 15)]
    [InlineData(0x05, 0)]
    [InlineData(0x30, 0xFFDF_FFFF)]
    [InlineData(0x50, 0xFFFF_F000)] // an index is no extension
    [InlineData(0x15, 0xFFFF_F000)]
    public void WhatIsJustInside_IsAccepted(ushort code, uint k) => Assert.Null(ProblemOf(new(code, 0, 0, k), s_return));

    [Fact]
    public void Length_IsBounded()
    {
        Assert.Equal("0 instructions: a program has 1 to 4096", ProblemOf([]));
        var program = new BpfInstruction[BpfProgram.MaxInstructions];
        program[^1] = s_return;
        Assert.Null(ProblemOf(program));
        Assert.StartsWith("4097 instructions", ProblemOf([.. program, s_return]), StringComparison.Ordinal);
    }

    [Fact]
    public void LastInstruction_Returns()
    {
        Assert.Null(ProblemOf(s_return));
        Assert.Null(ProblemOf(new BpfInstruction(0x16, 0, 0, 0)));
        Assert.Equal("instruction 1: the last one must be a return", ProblemOf(s_return, new(0x00, 0, 0, 1)));
    }

    [Fact]
    public void ScratchMemory_IsWrittenOnEveryWay()
    {
        BpfInstruction write = new(0x02, 0, 0, 3);
        BpfInstruction writeX = new(0x03, 0, 0, 3);
        BpfInstruction read = new(0x60, 0, 0, 3);
        BpfInstruction returnA = new(0x16, 0, 0, 0);
        const string Problem = "instruction 3: word 3 of the scratch memory is read before it is written";
        Assert.Null(ProblemOf(write, read, returnA));
        Assert.Null(ProblemOf(writeX, new(0x61, 0, 0, 3), returnA));
        Assert.Equal(Problem, ProblemOf(new(0x15, 0, 1, 1), write, new(0x00, 0, 0, 0), read, returnA));
        Assert.Equal(Problem, ProblemOf(write with { K = 4 }, new(0x05, 0, 0, 1), returnA, read, returnA));
        Assert.Null(ProblemOf(new(0x15, 0, 2, 1), write, new(0x05, 0, 0, 1), writeX, read, returnA)); // on both
        Assert.Null(ProblemOf(new(0x15, 0, 1, 1), returnA, write, read, returnA));
        Assert.Null(ProblemOf(new(0x15, 1, 0, 1), write, write, read, returnA));

        // Behind a return comes only who jumps there.
        Assert.Null(ProblemOf(new(0x15, 0, 2, 1), write, new(0x05, 0, 0, 1), returnA, read, returnA));
    }

    private static string? ProblemOf(params BpfInstruction[] program)
    {
        bool isRight = BpfProgram.TryCreate(program, out BpfProgram? made, out string? problem);
        Assert.Equal((isRight, isRight), (made is not null, problem is null));
        return problem;
    }
}
