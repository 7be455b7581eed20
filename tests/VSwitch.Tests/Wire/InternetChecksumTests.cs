using System.Buffers.Binary;
using VSwitch.Wire;

namespace VSwitch.Tests.Wire;

public class InternetChecksumTests
{
    private delegate ushort Summing(ReadOnlySpan<byte> octets);

    private static readonly (string Name, Summing Sum)[] Widths =
    [
        (nameof(InternetChecksum.Sum), InternetChecksum.Sum),
        (nameof(InternetChecksum.Sum128), InternetChecksum.Sum128),
        (nameof(InternetChecksum.Sum256), InternetChecksum.Sum256),
        (nameof(InternetChecksum.Sum512), InternetChecksum.Sum512),
    ];

    [Fact]
    public void Sum_ExampleOfRfc1071_IsDdf2()
    {
        // RFC 1071, section 3.
        byte[] example = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7];
        Assert.Equal(0xDDF2, InternetChecksum.Sum(example));
    }

    [Fact]
    public void Sum_EveryLengthAndAlignment_EqualsOctetByOctet()
    {
        byte[] octets = RandomOctets(seed: 1, 2_200);
        for (int length = 0; length <= 2_100; length++)
        {
            for (int at = 0; at < 64; at += length < 140 ? 1 : 31)
            {
                AssertAllWidths(octets.AsSpan(at, length));
            }
        }
    }

    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(3 * 1024 * 1024)]
    public void Sum_LongSpanOfOnes_LosesNoCarry(int length)
    {
        var octets = new byte[length];
        octets.AsSpan().Fill(0xFF);
        AssertAllWidths(octets);
        octets[^1] = 0x5A;
        AssertAllWidths(octets);
    }

    [Fact]
    public void Sum_OnlyZeros_IsZero()
    {
        Assert.Equal(0, InternetChecksum.Sum(new byte[1_501]));
        Assert.Equal(0, InternetChecksum.Sum([]));
    }

    [Fact]
    public void Append_PiecesOfAnyLength_EqualsSumOfWhole()
    {
        var random = new Random(2);
        byte[] octets = RandomOctets(seed: 3, 4_000);
        for (int round = 0; round < 2_000; round++)
        {
            ReadOnlySpan<byte> whole = octets.AsSpan(0, random.Next(octets.Length));
            ushort sum = 0;
            for (int at = 0; at < whole.Length;)
            {
                int piece = random.Next(1, Math.Min(whole.Length - at, 700) + 1);
                sum = InternetChecksum.Append(sum, at, whole.Slice(at, piece));
                at += piece;
            }

            Assert.Equal(Naive(whole), sum);
        }
    }

    [Fact]
    public void Subtract_WordThatWasSummed_LeavesTheRest()
    {
        byte[] octets = RandomOctets(seed: 4, 1_000);
        ushort word = BinaryPrimitives.ReadUInt16BigEndian(octets);
        ushort rest = InternetChecksum.Subtract(InternetChecksum.Sum(octets), word);
        Assert.Equal(Naive(octets.AsSpan(2)), rest);
    }

    [Theory]
    [InlineData(8, 20)]
    [InlineData(32, 1_460)]
    [InlineData(32, 70_000)]
    public void PseudoHeader_EqualsSumOfItsOctets(int addressOctets, int length)
    {
        byte[] addresses = RandomOctets(seed: 5, addressOctets);
        byte[] pseudoHeader = [.. addresses, 0, 0, 0, 0, 0, 0, 0, (byte)IpProtocol.Tcp];
        BinaryPrimitives.WriteInt32BigEndian(pseudoHeader.AsSpan(addressOctets), length);
        Assert.Equal(Naive(pseudoHeader), InternetChecksum.PseudoHeader(addresses, IpProtocol.Tcp, length));
    }

    private static void AssertAllWidths(ReadOnlySpan<byte> octets)
    {
        ushort expected = Naive(octets);
        foreach ((string name, Summing sum) in Widths)
        {
            ushort actual = sum(octets);
            Assert.True(expected == actual, $"{name} of {octets.Length} octets: 0x{actual:x4}, not 0x{expected:x4}");
        }
    }

    private static ushort Naive(ReadOnlySpan<byte> octets)
    {
        uint sum = 0;
        for (int i = 0; i < octets.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)octets[i] << 8 : octets[i];
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    private static byte[] RandomOctets(int seed, int length)
    {
        var octets = new byte[length];
        new Random(seed).NextBytes(octets);
        return octets;
    }
}
