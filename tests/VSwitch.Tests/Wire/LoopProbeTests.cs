using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Tests.Wire;

public class LoopProbeTests
{
    private const ulong SwitchId = 0x0102_0304_0506_0708;
    private const ulong Nonce = 0xF1F2_F3F4_F5F6_F7F8;

    private static readonly MacAddress s_source = MacAddress.Parse("02:11:22:33:44:55");
    private static readonly PortId s_port = new(0x0ABC, 0xDE);

    // The layout in the remarks of LoopProbe.
    private static readonly byte[] s_probe =
    [
        0x03, 0x56, 0x53, 0x77, 0x4c, 0x50, 0x02, 0x11, 0x22, 0x33, 0x44, 0x55, 0x88, 0xB5,
        .. "VSwLoopG"u8, 1, 0x0A, 0xBC, 0xDE, 1, 2, 3, 4, 5, 6, 7, 8, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8, .. new byte[18],
    ];

    [Fact]
    public void Write_IntoDirtyMemory_IsAsDocumented()
    {
        byte[] frame = [.. Enumerable.Repeat((byte)0xEE, 64)];
        Assert.Equal(LoopProbe.FrameLength, LoopProbe.Write(frame, s_source, s_port, SwitchId, Nonce));
        Assert.Equal([.. s_probe, 0xEE, 0xEE, 0xEE, 0xEE], frame);
    }

    [Fact]
    public void TryRead_ReadsEveryField()
    {
        Assert.True(LoopProbe.TryRead(s_probe, out LoopProbe probe));
        Assert.Equal((s_port, SwitchId, Nonce), (probe.Port, probe.SwitchId, probe.Nonce));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void TryRead_BehindTags_IsTrueUpToTwo(int tags, bool expected)
    {
        Assert.Equal(expected, LoopProbe.TryRead(Tagged(tags), out LoopProbe probe));
        if (expected)
        {
            Assert.Equal((s_port, SwitchId, Nonce), (probe.Port, probe.SwitchId, probe.Nonce));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TryRead_CutAtEveryOctet_IsFalseUnlessPaddingAloneIsCut(int tags)
    {
        byte[] frame = Tagged(tags);
        int whole = 42 + (tags * VlanTag.Length);
        Assert.All(Enumerable.Range(0, frame.Length), length => Assert.Equal(length >= whole, LoopProbe.TryRead(frame.AsSpan(0, length), out _)));
    }

    [Fact]
    public void TryRead_AnyOctetOfAddressTypeMagicOrVersionChanged_IsFalse()
    {
        foreach (int at in Enumerable.Range(0, 6).Concat(Enumerable.Range(12, 11)))
        {
            byte[] frame = [.. s_probe];
            frame[at] ^= 1;
            Assert.False(LoopProbe.TryRead(frame, out _), $"octet {at}");
        }
    }

    [Fact]
    public void IsTo_GroupThatBridgesForward()
    {
        Assert.True(LoopProbe.IsTo(LoopProbe.Group));
        Assert.False(LoopProbe.IsTo(MacAddress.Broadcast));
        Assert.True(LoopProbe.Group.IsGroup && LoopProbe.Group.IsLocallyAdministered);
        Assert.Equal("03:56:53:77:4c:50", LoopProbe.Group.ToString());
    }

    [Fact]
    public void TryRead_RandomOctets_NeverThrows()
    {
        var random = new Random(0x88B5);
        byte[] start = Tagged(2);
        for (int round = 0; round < 100_000; round++)
        {
            var octets = new byte[random.Next(72)];
            random.NextBytes(octets);
            start.AsSpan(0, Math.Min(octets.Length, random.Next(40))).CopyTo(octets);
            if (LoopProbe.TryRead(octets, out LoopProbe probe))
            {
                _ = (probe.Port, probe.SwitchId, probe.Nonce);
            }
        }
    }

    private static byte[] Tagged(int tags)
    {
        FrameBuilder builder = new FrameBuilder().To(LoopProbe.Group).From(s_source).Payload(s_probe[14..]);
        for (int i = 0; i < tags; i++)
        {
            builder.Vlan(100 + i, tpid: i == 0 ? EtherType.ServiceVlan : EtherType.CustomerVlan);
        }

        return builder.Build();
    }
}
