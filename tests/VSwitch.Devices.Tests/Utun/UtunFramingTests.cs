using VSwitch.Devices.Utun;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests.Utun;

public sealed class UtunFramingTests
{
    private static readonly byte[] s_v4 = IpPacket.Udp("10.1.0.1", "10.1.0.2");
    private static readonly byte[] s_v6 = IpPacket.Udp("fd01::1", "fd01::2");

    [Fact]
    [Trait("Clause", "L8")]
    public void Put_EachFamily_IsTheNumberOfMacOSInNetworkByteOrder()
    {
        byte[] four = [0xAA, 0xAA, 0xAA, 0xAA, .. s_v4];
        Assert.Equal(UtunVerdict.Packet, UtunFraming.Put(four));
        Assert.Equal([0, 0, 0, 2, .. s_v4], four);
        byte[] six = [0xAA, 0xAA, 0xAA, 0xAA, .. s_v6];
        Assert.Equal(UtunVerdict.Packet, UtunFraming.Put(six));
        Assert.Equal([0, 0, 0, 30, .. s_v6], six);
    }

    [Fact]
    [Trait("Clause", "L8")]
    public void Put_NoIpPacket_WritesNothing()
    {
        byte[] five = [1, 2, 3, 4, 0x50, 0];
        Assert.Equal(UtunVerdict.UnknownFamily, UtunFraming.Put(five));
        byte[] empty = [1, 2, 3, 4];
        Assert.Equal(UtunVerdict.TooShort, UtunFraming.Put(empty));
        Assert.Equal(UtunVerdict.TooShort, UtunFraming.Put(empty.AsSpan(0, 2)));
        Assert.Equal([1, 2, 3, 4, 0x50, 0], five);
        Assert.Equal([1, 2, 3, 4], empty);
    }

    [Fact]
    [Trait("Clause", "L8")]
    public void Judge_Received_TellsWhatItIs()
    {
        Assert.Equal(UtunVerdict.Packet, UtunFraming.Judge([0, 0, 0, 2, .. s_v4]));
        Assert.Equal(UtunVerdict.Packet, UtunFraming.Judge([0, 0, 0, 30, .. s_v6]));
        Assert.Equal(UtunVerdict.Contradiction, UtunFraming.Judge([0, 0, 0, 30, .. s_v4]));
        Assert.Equal(UtunVerdict.Contradiction, UtunFraming.Judge([0, 0, 0, 2, .. s_v6]));
        Assert.Equal(UtunVerdict.Contradiction, UtunFraming.Judge([0, 0, 0, 2, 0x50]));
        Assert.Equal(UtunVerdict.UnknownFamily, UtunFraming.Judge([0, 0, 0, 10, .. s_v6])); // AF_INET6 of Linux
        Assert.Equal(UtunVerdict.UnknownFamily, UtunFraming.Judge([2, 0, 0, 0, .. s_v4])); // host byte order
        for (int length = 0; length <= UtunFraming.HeaderLength; length++)
        {
            Assert.Equal(UtunVerdict.TooShort, UtunFraming.Judge(new byte[length]));
        }
    }

    [Fact]
    [Trait("Clause", "L8")]
    public void JudgeAndPut_RandomOctets_AgreeAndNeverThrow()
    {
        var random = new Random(21);
        for (int round = 0; round < 100_000; round++)
        {
            byte[] octets = new byte[random.Next(12)];
            random.NextBytes(octets);
            bool couldBePut = UtunFraming.Put(octets) == UtunVerdict.Packet;
            Assert.Equal(couldBePut, UtunFraming.Judge(octets) == UtunVerdict.Packet);
        }
    }
}
