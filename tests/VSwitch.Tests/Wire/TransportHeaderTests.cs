using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Tests.Wire;

public class TransportHeaderTests
{
    [Fact]
    public void TcpTryRead_HeaderWithOptions_ReadsFields()
    {
        byte[] segment = new FrameBuilder()
            .Tcp("10.0.0.1", "10.0.0.2", 10, new TcpFields(Sequence: 0xFFFF_FFF0, OptionOctets: 12)).Build()[34..];
        Assert.True(TcpHeader.TryRead(segment, out TcpHeader header));
        Assert.Equal(32, header.HeaderLength);
        Assert.Equal(0xFFFF_FFF0, header.SequenceNumber);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x40)]
    [InlineData(0xF0)] // 60 octets, beyond the segment
    public void TcpTryRead_ContradictoryDataOffset_IsFalse(byte dataOffset)
    {
        byte[] segment = new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 10).Build()[34..];
        segment[12] = dataOffset;
        Assert.False(TcpHeader.TryRead(segment, out _));
    }

    [Fact]
    public void UdpTryRead_Datagram_ReadsFields()
    {
        byte[] datagram = new FrameBuilder().Udp("10.0.0.1", "10.0.0.2", 33).Build()[34..];
        Assert.True(UdpHeader.TryRead(datagram, out UdpHeader header));
        Assert.Equal(41, header.DatagramLength);
        Assert.False(UdpHeader.TryRead(datagram.AsSpan(0, 7), out _));
    }
}
