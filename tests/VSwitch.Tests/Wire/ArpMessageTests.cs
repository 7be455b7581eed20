using VSwitch.Identifiers;
using VSwitch.Wire;
using static VSwitch.Tests.TestAddresses;

namespace VSwitch.Tests.Wire;

public class ArpMessageTests
{
    private static readonly MacAddress s_sender = MacAddress.Parse("02:11:22:33:44:55");
    private static readonly MacAddress s_target = MacAddress.Parse("02:66:77:88:99:aa");

    // RFC 826, "Packet format".
    private static readonly byte[] s_reply =
    [
        0, 1, 8, 0, 6, 4, 0, 2, 0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 10, 0, 0, 1, 0x02, 0x66, 0x77, 0x88, 0x99, 0xaa, 10, 0, 0, 2,
    ];

    [Fact]
    public void TryRead_Reply_ReadsEveryField()
    {
        Assert.True(ArpMessage.TryRead(s_reply, out ArpMessage message));
        Assert.Equal(ArpOperation.Reply, message.Operation);
        Assert.Equal(s_sender, message.SenderHardwareAddress);
        Assert.Equal(IPv4("10.0.0.1"), message.SenderProtocolAddress);
        Assert.Equal(s_target, message.TargetHardwareAddress);
        Assert.Equal(IPv4("10.0.0.2"), message.TargetProtocolAddress);
    }

    [Fact]
    public void Write_Reply_IsAsInTheRfc()
    {
        var payload = new byte[ArpMessage.Length];
        ArpMessage.Write(payload, ArpOperation.Reply, s_sender, IPv4("10.0.0.1"), s_target, IPv4("10.0.0.2"));
        Assert.Equal(s_reply, payload);
    }

    [Fact]
    public void Write_IntoDirtyMemory_LeavesNothingOfIt()
    {
        byte[] payload = [.. Enumerable.Repeat((byte)0xEE, ArpMessage.Length)];
        ArpMessage.Write(payload, ArpOperation.Request, s_sender, 0, default, IPv4("10.0.0.2"));
        Assert.True(ArpMessage.TryRead(payload, out ArpMessage probe));
        Assert.Equal((ArpOperation.Request, 0u, default), (probe.Operation, probe.SenderProtocolAddress, probe.TargetHardwareAddress));
    }

    [Fact]
    public void TryRead_Padded_IsTrue() => Assert.True(ArpMessage.TryRead([.. s_reply, .. new byte[18]], out _));

    [Fact]
    public void TryRead_CutAtEveryOctet_IsFalse() =>
        Assert.All(Enumerable.Range(0, ArpMessage.Length), length => Assert.False(ArpMessage.TryRead(s_reply.AsSpan(0, length), out _)));

    [Theory]
    [InlineData(1, 6)]     // IEEE 802 networks
    [InlineData(0, 1)]
    [InlineData(2, 0x86)]
    [InlineData(3, 0x06)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    [InlineData(6, 1)]
    [InlineData(7, 0)]
    [InlineData(7, 3)]     // RARP
    [InlineData(8, 0x03)]  // a group as sender
    [InlineData(14, 224)]
    [InlineData(14, 255)]
    public void TryRead_AnythingElse_IsFalse(int at, byte octet)
    {
        byte[] payload = [.. s_reply];
        payload[at] = octet;
        Assert.False(ArpMessage.TryRead(payload, out _));
    }

    [Fact]
    public void TryRead_SenderZeroOrBroadcast_IsFalse()
    {
        foreach (byte octet in new byte[] { 0, 0xFF })
        {
            byte[] payload = [.. s_reply];
            payload.AsSpan(8, 6).Fill(octet);
            Assert.False(ArpMessage.TryRead(payload, out _));
        }
    }

    [Fact]
    public void TryRead_RandomOctets_NeverThrows()
    {
        var random = new Random(826);
        var octets = new byte[64];
        for (int round = 0; round < 100_000; round++)
        {
            random.NextBytes(octets);
            if (round % 2 == 0)
            {
                s_reply.AsSpan(0, 7).CopyTo(octets);
            }

            if (ArpMessage.TryRead(octets.AsSpan(0, random.Next(octets.Length)), out ArpMessage message))
            {
                _ = (message.TargetHardwareAddress, message.TargetProtocolAddress);
                Assert.True(message.SenderHardwareAddress.IsStation);
            }
        }
    }
}
