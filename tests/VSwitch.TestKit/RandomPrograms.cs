using VSwitch.Bpf;

namespace VSwitch.TestKit;

/// <summary>Random programs that the verifier has to accept.</summary>
public static class RandomPrograms
{
    private const int MaxLength = 60;
    private const int ScratchWords = 16;

    private static readonly ushort[] s_loads = [0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x80, 0x00, 0x01, 0x81, 0xB1, 0x07, 0x87];
    private static readonly ushort[] s_operations = [0x04, 0x0C, 0x14, 0x1C, 0x24, 0x2C, 0x34, 0x3C, 0x44, 0x4C, 0x54, 0x5C, 0x64, 0x6C, 0x74, 0x7C, 0x84, 0x94, 0x9C, 0xA4, 0xAC];
    private static readonly ushort[] s_jumps = [0x05, 0x15, 0x1D, 0x25, 0x2D, 0x35, 0x3D, 0x45, 0x4D];
    private static readonly ushort[] s_scratch = [0x60, 0x61, 0x02, 0x03];

    /// <summary>The next one. Half of them write all their scratch memory first, and use it.</summary>
    public static BpfInstruction[] Next(Random random)
    {
        List<BpfInstruction> program = [];
        bool usesScratch = random.Next(2) == 0;
        for (uint word = 0; usesScratch && word < ScratchWords; word++)
        {
            program.Add(new(0x00, 0, 0, Constant(random)));
            program.Add(new(0x02, 0, 0, word));
        }

        int length = program.Count + random.Next(MaxLength);
        while (program.Count < length)
        {
            program.Add(Any(random, length - program.Count, usesScratch));
        }

        program.Add(random.Next(4) == 0 ? new(0x06, 0, 0, Constant(random)) : new(0x16, 0, 0, 0));
        return [.. program];
    }

    /// <param name="random">Where it comes from.</param>
    /// <param name="left">Instructions behind it.</param>
    /// <param name="usesScratch">Whether scratch memory may be read.</param>
    private static BpfInstruction Any(Random random, int left, bool usesScratch)
    {
        int kind = random.Next(20);
        if (kind == 0)
        {
            return new(0x16, 0, 0, 0);
        }

        if (kind <= 4)
        {
            ushort jump = Of(s_jumps, random);
            return new(jump, (byte)random.Next(left), (byte)random.Next(left), jump == 0x05 ? (uint)random.Next(left) : Constant(random));
        }

        if (kind <= 7 && usesScratch)
        {
            return new(Of(s_scratch, random), 0, 0, (uint)random.Next(ScratchWords));
        }

        if (kind <= 12)
        {
            ushort load = Of(s_loads, random);
            bool isFromFrame = load is not (0x00 or 0x01);
            return new(load, 0, 0, isFromFrame && random.Next(50) != 0 ? (uint)random.Next(24) : Constant(random) & 0x7FFF_FFFF);
        }

        ushort operation = Of(s_operations, random);
        uint k = operation switch
        {
            0x64 or 0x74 => (uint)random.Next(32),
            0x34 or 0x94 => Constant(random) | 1,
            _ => Constant(random),
        };
        return new(operation, 0, 0, k);
    }

    private static ushort Of(ushort[] any, Random random) => any[random.Next(any.Length)];

    private static uint Constant(Random random) => random.Next(4) == 0 ? (uint)random.NextInt64(1L << 32) : (uint)random.Next(70);
}
