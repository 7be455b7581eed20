using System.Buffers.Binary;
using VSwitch.Captures.Rewriting;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Rewriting;

public sealed class FrameFragmenterTests
{
    private const int Ethernet = 14, IPv6 = 40, FragmentHeader = 8;

    [Theory]
    [InlineData(1280, 3000)]
    [InlineData(1281, 1241)]
    [InlineData(1500, 9000)]
    public void Next_OfIPv6_GivesAllOctetsInOrder(int mtu, int payload)
    {
        byte[] frame = new FrameBuilder().Udp("fd00::1", "fd00::2", payload).Build();
        var fragmenter = new FrameFragmenter(mtu);
        Assert.Equal(payload + 8 + IPv6 > mtu, fragmenter.Begin(frame, isWhole: true));
        byte[] into = new byte[2000];
        List<byte> octets = [];
        bool hasMore = true;
        while (fragmenter.Next(into) is > 0 and var length)
        {
            Assert.True(hasMore);
            Assert.InRange(length, 1, Ethernet + mtu);
            Assert.Equal(length - Ethernet - IPv6, BinaryPrimitives.ReadUInt16BigEndian(into.AsSpan(Ethernet + 4)));
            Assert.Equal((44, 17), (into[Ethernet + 6], into[Ethernet + IPv6]));
            int word = BinaryPrimitives.ReadUInt16BigEndian(into.AsSpan(Ethernet + IPv6 + 2));
            Assert.Equal(octets.Count, word & 0xFFF8);
            hasMore = (word & 1) != 0;
            octets.AddRange(into[(Ethernet + IPv6 + FragmentHeader)..length]);
        }

        Assert.False(hasMore);
        Assert.Equal(frame[(Ethernet + IPv6)..], octets);
    }

    [Fact]
    public void Next_OfIPv4_GivesAllOctets()
    {
        byte[] frame = new FrameBuilder().Vlan(5).Udp("10.0.0.1", "10.0.0.2", 1400).FragmentWord(0).Build();
        var fragmenter = new FrameFragmenter(576);
        Assert.True(fragmenter.Begin(frame, isWhole: true));
        byte[] into = new byte[2000];
        int octets = 0;
        while (fragmenter.Next(into) is > 0 and var length)
        {
            octets += length - 18 - 20;
        }

        Assert.Equal(1408, octets);
    }

    [Fact]
    public void Begin_OfWhatMustNotBeCut_CountsIt()
    {
        byte[] forbidden = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 1400).FragmentWord(0x4000).Build();
        byte[] cut = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 1400).FragmentWord(0).Build()[..500];
        var fragmenter = new FrameFragmenter(576);
        Assert.False(fragmenter.Begin(forbidden, isWhole: true));
        Assert.False(fragmenter.Begin(cut, isWhole: false));
        Assert.Equal(2, fragmenter.Whole);
        Assert.Equal(0, fragmenter.Next(new byte[2000]));
    }
}
