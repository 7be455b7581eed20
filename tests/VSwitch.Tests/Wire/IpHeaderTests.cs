using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Tests.Wire;

public class IpHeaderTests
{
    private const int EthernetOctets = EthernetHeader.Length;

    [Fact]
    public void IPv4TryRead_OrdinaryPacket_ReadsFields()
    {
        byte[] packet = new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 100).Build()[EthernetOctets..];
        Assert.True(IPv4Header.TryRead(packet, out IPv4Header header));
        Assert.Equal(20, header.HeaderLength);
        Assert.Equal(IpProtocol.Tcp, header.Protocol);
        Assert.Equal(0x1234, header.Identification);
        Assert.False(header.IsFragment); // DF alone is not a fragment
    }

    [Theory]
    [InlineData(0x20, 0)]  // more fragments
    [InlineData(0, 1)]     // an offset
    [InlineData(0x1F, 0xFF)]
    public void IPv4IsFragment_MoreFragmentsOrOffset_IsTrue(byte high, byte low)
    {
        byte[] packet = new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 100).Build()[EthernetOctets..];
        (packet[6], packet[7]) = (high, low);
        Assert.True(IPv4Header.TryRead(packet, out IPv4Header header));
        Assert.True(header.IsFragment);
    }

    [Theory]
    [Trait("Fault", "7")]
    [InlineData(0x40)]
    [InlineData(0x44)] // IHL 4
    [InlineData(0x4F)] // IHL 15, beyond the packet
    [InlineData(0x65)] // version 6
    public void IPv4TryRead_ContradictoryFirstOctet_IsFalse(byte first)
    {
        byte[] packet = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 2).Build()[EthernetOctets..];
        packet[0] = first;
        Assert.False(IPv4Header.TryRead(packet, out _));
    }

    [Fact]
    [Trait("Fault", "8")]
    public void IPv6TryFindUpperLayer_ChainOfExtensionHeaders_IsWalkedUpToEight()
    {
        for (int count = 0; count <= 10; count++)
        {
            byte[] packet = WithDestinationOptions(count);
            Assert.True(IPv6Header.TryRead(packet, out IPv6Header header));
            bool found = header.TryFindUpperLayer(out IpProtocol protocol, out int offset);
            Assert.Equal(count <= IPv6Header.MaxExtensionHeaders, found);
            if (found)
            {
                Assert.Equal(IpProtocol.Udp, protocol);
                Assert.Equal(IPv6Header.Length + (8 * count), offset);
            }
        }
    }

    [Fact]
    [Trait("Fault", "8")]
    public void IPv6TryFindUpperLayer_CutAtEveryOctet_NeverLeavesThePacket()
    {
        byte[] packet = WithDestinationOptions(3);
        for (int length = 0; length < packet.Length; length++)
        {
            if (IPv6Header.TryRead(packet.AsSpan(0, length), out IPv6Header header)
                && header.TryFindUpperLayer(out _, out int offset))
            {
                Assert.InRange(offset, IPv6Header.Length + (3 * 8), length);
            }
        }
    }

    [Fact]
    public void TryRead_RandomOctets_NeverThrows()
    {
        var random = new Random(6);
        var octets = new byte[160];
        for (int round = 0; round < 200_000; round++)
        {
            random.NextBytes(octets);
            octets[0] = (byte)((round % 2 == 0 ? 0x40 : 0x60) | (octets[0] & 0xF));
            ReadOnlySpan<byte> packet = octets.AsSpan(0, random.Next(octets.Length + 1));
            ReadEverything(packet);
        }
    }

    private static void ReadEverything(ReadOnlySpan<byte> packet)
    {
        if (IPv4Header.TryRead(packet, out IPv4Header v4))
        {
            _ = (v4.HeaderLength, v4.Identification, v4.IsFragment, v4.Protocol);
            Assert.InRange(v4.HeaderLength, 20, packet.Length);
        }

        if (IPv6Header.TryRead(packet, out IPv6Header v6) && v6.TryFindUpperLayer(out _, out int offset))
        {
            Assert.InRange(offset, IPv6Header.Length, packet.Length);
        }

        if (TcpHeader.TryRead(packet, out TcpHeader tcp))
        {
            _ = (tcp.SequenceNumber, tcp.Checksum);
            Assert.InRange(tcp.HeaderLength, 20, packet.Length);
        }

        if (UdpHeader.TryRead(packet, out UdpHeader udp))
        {
            _ = (udp.DatagramLength, udp.Checksum);
        }
    }

    private static byte[] WithDestinationOptions(int count)
    {
        byte[] plain = new FrameBuilder().Udp("fd00::1", "fd00::2", 40).Build()[EthernetOctets..];
        var packet = new byte[plain.Length + (8 * count)];
        plain.AsSpan(0, 40).CopyTo(packet);
        plain.AsSpan(40).CopyTo(packet.AsSpan(40 + (8 * count)));
        int nextHeaderAt = 6;
        for (int i = 0; i < count; i++)
        {
            packet[nextHeaderAt] = (byte)IpProtocol.DestinationOptions;
            nextHeaderAt = 40 + (8 * i);
            packet[nextHeaderAt + 2] = 1; // PadN of 4 octets
            packet[nextHeaderAt + 3] = 4;
        }

        packet[nextHeaderAt] = (byte)IpProtocol.Udp;
        return packet;
    }
}
