using VSwitch.Forwarding.Loops;

namespace VSwitch.Tests.Forwarding.Loops;

public class SipHashTests
{
    /// <summary>Vectors of the authors: key 00 01 .. 0f, message 00 01 .. of 0, 8 and 56 octets.</summary>
    [Theory]
    [InlineData(0, 0x726F_DB47_DD0E_0E31UL)]
    [InlineData(1, 0x93F5_F579_9A93_2462UL)]
    [InlineData(7, 0xB78D_BFAF_3A8D_83BDUL)]
    public void Hash_OfTheAuthorsMessages(int words, ulong expected)
    {
        ulong[] message = [.. Enumerable.Range(0, words).Select(w => BitConverter.ToUInt64([.. Enumerable.Range(w * 8, 8).Select(i => (byte)i)]))];
        ulong hash = SipHash.Hash((0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908), message);
        Assert.Equal(expected, hash);
    }
}
