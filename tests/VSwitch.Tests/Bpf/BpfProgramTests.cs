using VSwitch.Bpf;
using VSwitch.TestKit;

namespace VSwitch.Tests.Bpf;

public sealed class BpfProgramTests
{
    private static readonly byte[] s_frame = [0x11, 0x22, 0x33, 0x44, 0x46, 0x66, 0x77, 0x88];

    /// <summary>A is 9 and X is 2 before, and A is returned behind.</summary>
    [Theory]
    [InlineData(0x20, 1, 0x2233_4446)]
    [InlineData(0x28, 6, 0x7788)]
    [InlineData(0x30, 7, 0x88)]
    [InlineData(0x40, 2, 0x4466_7788 + 0x200_0000)] // X + 2
    [InlineData(0x48, 4, 0x7788)]
    [InlineData(0x50, 0, 0x33)]
    [InlineData(0x80, 0, 100)]
    [InlineData(0x00, 0xFFFF_FFFF, 0xFFFF_FFFF)]
    [InlineData(0x87, 0, 2)]
    [InlineData(0x04, 5, 14)]
    [InlineData(0x04, 0xFFFF_FFFF, 8)]
    [InlineData(0x0C, 0, 11)]
    [InlineData(0x14, 10, 0xFFFF_FFFF)]
    [InlineData(0x1C, 0, 7)]
    [InlineData(0x24, 0x8000_0001, 0x8000_0009)]
    [InlineData(0x2C, 0, 18)]
    [InlineData(0x34, 2, 4)]
    [InlineData(0x3C, 0, 4)]
    [InlineData(0x94, 5, 4)]
    [InlineData(0x9C, 0, 1)]
    [InlineData(0x44, 6, 15)]
    [InlineData(0x4C, 0, 11)]
    [InlineData(0x54, 8, 8)]
    [InlineData(0x5C, 0, 0)]
    [InlineData(0xA4, 8, 1)]
    [InlineData(0xAC, 0, 11)]
    [InlineData(0x64, 31, 0x8000_0000)]
    [InlineData(0x6C, 0, 36)]
    [InlineData(0x74, 3, 1)]
    [InlineData(0x7C, 0, 2)]
    [InlineData(0x84, 0, 0xFFFF_FFF7)]
    [InlineData(0x06, 77, 77)]
    [InlineData(0x16, 0, 9)]
    [InlineData(0x20, 5, 0)] // beyond the frame
    [InlineData(0x28, 7, 0)]
    [InlineData(0x30, 8, 0)]
    [InlineData(0x20, 0xFFDF_FFFF, 0)]
    [InlineData(0x40, 3, 0)]
    [InlineData(0x48, 5, 0)]
    [InlineData(0x50, 6, 0)]
    [InlineData(0x50, 0xFFFF_FFFE, 0)] // X + K does not come round
    public void EachOperation_OnA(ushort code, uint k, uint result) =>
        Assert.Equal(result, Run([new(0x00, 0, 0, 9), new(0x01, 0, 0, 2), new(code, 0, 0, k), new(0x16, 0, 0, 0)]));

    /// <summary>A is 9 before, and X is returned behind.</summary>
    [Theory]
    [InlineData(0x01, 7, 7)]
    [InlineData(0x81, 0, 100)]
    [InlineData(0xB1, 4, 24)] // the low four bits of 0x46, in words
    [InlineData(0xB1, 8, 0)]
    [InlineData(0x07, 0, 9)]
    public void EachOperation_OnX(ushort code, uint k, uint result) =>
        Assert.Equal(result, Run([new(0x00, 0, 0, 9), new(code, 0, 0, k), new(0x87, 0, 0, 0), new(0x16, 0, 0, 0)]));

    /// <summary>A is 9 and X is <paramref name="x"/> before.</summary>
    [Theory]
    [InlineData(0x15, 9, 0, true)]
    [InlineData(0x15, 8, 9, false)]
    [InlineData(0x1D, 0, 9, true)]
    [InlineData(0x1D, 9, 8, false)]
    [InlineData(0x25, 8, 0, true)]
    [InlineData(0x25, 9, 0, false)]
    [InlineData(0x25, 0xFFFF_FFFF, 0, false)] // no signs
    [InlineData(0x2D, 0, 8, true)]
    [InlineData(0x2D, 0, 9, false)]
    [InlineData(0x35, 9, 0, true)]
    [InlineData(0x35, 10, 0, false)]
    [InlineData(0x3D, 0, 9, true)]
    [InlineData(0x3D, 0, 10, false)]
    [InlineData(0x45, 1, 0, true)]
    [InlineData(0x45, 6, 0, false)]
    [InlineData(0x4D, 0, 8, true)]
    [InlineData(0x4D, 0, 6, false)]
    public void EachJump(ushort code, uint k, uint x, bool isTaken) => Assert.Equal(
        isTaken ? 2u : 1u,
        Run([new(0x00, 0, 0, 9), new(0x01, 0, 0, x), new(code, 1, 0, k), new(0x06, 0, 0, 1), new(0x06, 0, 0, 2)]));

    [Fact]
    public void UnconditionalJump_IsTaken() =>
        Assert.Equal(3u, Run([new(0x05, 0, 0, 2), new(0x06, 0, 0, 1), new(0x06, 0, 0, 2), new(0x06, 0, 0, 3)]));

    [Fact]
    public void ScratchMemory_HoldsAAndX()
    {
        Assert.Equal(9u, Run([new(0x00, 0, 0, 9), new(0x02, 0, 0, 15), new(0x00, 0, 0, 1), new(0x60, 0, 0, 15), new(0x16, 0, 0, 0)]));
        Assert.Equal(9u, Run([new(0x01, 0, 0, 9), new(0x03, 0, 0, 0), new(0x61, 0, 0, 0), new(0x87, 0, 0, 0), new(0x16, 0, 0, 0)]));
    }

    [Theory]
    [InlineData(0x3C)]
    [InlineData(0x9C)]
    public void DivisionByAnXOfZero_ReturnsZero(ushort code) =>
        Assert.Equal(0u, Run([new(0x00, 0, 0, 9), new(code, 0, 0, 0), new(0x06, 0, 0, 5)]));

    [Theory]
    [InlineData(0x6C)]
    [InlineData(0x7C)]
    public void ShiftByALargeX_LeavesNothing(ushort code) =>
        Assert.Equal(1u, Run([new(0x00, 0, 0, 9), new(0x01, 0, 0, 32), new(code, 0, 0, 0), new(0x04, 0, 0, 1), new(0x16, 0, 0, 0)]));

    [Fact]
    public void Matches_TakesTheFrameAsAWhole()
    {
        BpfProgram program = Make([new(0x80, 0, 0, 0), new(0x15, 0, 1, 8), new(0x06, 0, 0, 0x40000), new(0x06, 0, 0, 0)]);
        Assert.True(program.Matches(s_frame));
        Assert.False(program.Matches(s_frame.AsSpan(1)));
        Assert.Equal(0x40000u, program.Run(s_frame.AsSpan(1), 8));
        Assert.Equal(4, program.Length);
    }

    /// <summary>The longest program, over the longest way through it.</summary>
    [Fact]
    public void LongestProgram_Runs()
    {
        var program = new BpfInstruction[BpfProgram.MaxInstructions];
        Array.Fill(program, new(0x04, 0, 0, 1));
        program[^1] = new(0x16, 0, 0, 0);
        Assert.Equal((uint)BpfProgram.MaxInstructions - 1, Run(program));
        Array.Fill(program, new(0x05, 0, 0, 0));
        program[0] = new(0x05, 0, 0, BpfProgram.MaxInstructions - 2);
        program[^1] = new(0x06, 0, 0, 4);
        Assert.Equal(4u, Run(program));
    }

    [Fact]
    public void RandomPrograms_OnRandomOctets_NeverThrow()
    {
        const int Seed = 3;
        var random = new Random(Seed);
        for (int i = 0; i < 200_000; i++)
        {
            BpfInstruction[] instructions = RandomPrograms.Next(random);
            var frame = new byte[random.Next(100)];
            random.NextBytes(frame);
            Exception? exception = Record.Exception(() => Make(instructions).Run(frame, random.Next()));
            Assert.True(exception is null, $"seed {Seed}, program {i}: {exception}");
        }
    }

    /// <summary>Of instructions that nobody chose, the verifier accepts few, and those run.</summary>
    [Fact]
    public void RandomInstructions_AreRefusedOrRun()
    {
        const int Seed = 5;
        var random = new Random(Seed);
        int accepted = 0;
        var frame = new byte[40];
        for (int i = 0; i < 200_000; i++)
        {
            var program = new BpfInstruction[random.Next(1, 6)];
            for (int at = 0; at < program.Length; at++)
            {
                uint k = random.Next(3) == 0 ? (uint)random.NextInt64(1L << 32) : (uint)random.Next(40);
                program[at] = new((ushort)random.Next(0xC0), (byte)random.Next(4), (byte)random.Next(4), k);
            }

            program[^1] = random.Next(2) == 0 ? program[^1] : new(0x16, 0, 0, 0);
            random.NextBytes(frame);
            Exception? exception = Record.Exception(() =>
            {
                if (BpfProgram.TryCreate(program, out BpfProgram? made, out _))
                {
                    accepted++;
                    made.Matches(frame);
                }
            });
            Assert.True(exception is null, $"seed {Seed}, program {i}: {string.Join("; ", program)}: {exception}");
        }

        Assert.InRange(accepted, 4_000, 160_000);
    }

    private static uint Run(BpfInstruction[] instructions) => Make(instructions).Run(s_frame, 100);

    private static BpfProgram Make(BpfInstruction[] instructions) =>
        BpfProgram.TryCreate(instructions, out BpfProgram? program, out string? problem) ? program : throw new ArgumentException(problem);
}
