using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Tests.Frames;

/// <summary>The verdict without a kernel; row by row against the kernel: OffloadVerdictKernelTests.</summary>
public class OffloadInfoValidationTests
{
    private const GsoType Tcp4 = GsoType.TcpIPv4, Tcp6 = GsoType.TcpIPv6, Udp = GsoType.UdpSegmentation;

    [Fact]
    [Trait("Fault", "17")]
    public void TryValidate_NothingToDo_ClearsEveryField()
    {
        byte[] frame = new FrameBuilder().Build();
        byte[] header = [0xFE, 0, 14, 0, 0xA8, 5, 1, 2, 3, 4, 0, 0];
        OffloadInfo offload = OffloadInfo.Read(header);
        Assert.True(offload.TryValidate(frame));
        Assert.Equal(default, offload);
    }

    [Theory]
    [Trait("Fault", "14")]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(500)]
    public void TryValidate_WrongHdrLen_IsSetToTheTruth(int hdrLen)
    {
        SuperFrame frame = SuperFrame.Create(Tcp6, false, 5_000, 1000, new TcpFields(OptionOctets: 12), 5).WithIPv6Options(2);
        OffloadInfo offload = frame.Offload with { HdrLen = (ushort)hdrLen };
        Assert.True(offload.TryValidate(frame.Octets));
        Assert.Equal(frame.Offload, offload);
    }

    [Fact]
    public void TryValidate_NoMorePayloadThanGsoSize_IsAnOrdinaryFrame()
    {
        SuperFrame frame = SuperFrame.Create(Tcp4, true, 1448, 1448).With(o => o with { HasEcn = true });
        OffloadInfo offload = frame.Offload;
        Assert.True(offload.TryValidate(frame.Octets));
        Assert.Equal(OffloadKinds.Checksum, offload.Kinds);
        Assert.Equal(0, offload.GsoSize);
    }

    [Theory]
    [Trait("Fault", "14")]
    [InlineData(36, true)]
    [InlineData(31, false)]
    [InlineData(1, false)]
    public void TryValidate_SmallSegments_AreTakenUpToTheCap(int gsoSize, bool accepted)
    {
        SuperFrame frame = SuperFrame.Create(Tcp4, true, 65_483, gsoSize, new TcpFields(OptionOctets: 12));
        OffloadInfo offload = frame.Offload;
        Assert.Equal(accepted, offload.TryValidate(frame.Octets));
    }

    [Fact]
    [Trait("Fault", "14")]
    public void TryValidate_MoreThanTheFieldsSay_IsRefused()
    {
        AssertRefused("a fragment", SuperFrame.Create(Tcp4, true, 4_000, 1448).Changed(f => f[20] = 0x20));
        AssertRefused("a later fragment", SuperFrame.Create(Tcp4, true, 4_000, 1448).Changed(f => f[21] = 1));
        AssertRefused("IHL 4", SuperFrame.Create(Tcp4, true, 4_000, 1448).Changed(f => f[14] = 0x44));
        AssertRefused("IHL 6", SuperFrame.Create(Tcp4, true, 4_000, 1448).Changed(f => f[14] = 0x46));
        AssertRefused("version 6 as IPv4", SuperFrame.Create(Tcp4, true, 4_000, 1448).Changed(f => f[14] = 0x65));
        AssertRefused("data offset 4", SuperFrame.Create(Tcp4, true, 4_000, 1448).Changed(f => f[46] = 0x40));
        AssertRefused("UDP as TSO", SuperFrame.Create(Tcp4, true, 4_000, 1448).Changed(f => f[23] = 17));
        AssertRefused("TCP as USO", SuperFrame.Create(Udp, true, 4_000, 1448).Changed(f => f[23] = 6));
        AssertRefused("IPv4 as TSO6", SuperFrame.Create(Tcp4, true, 4_000, 1448).With(o => o with { GsoType = Tcp6 }));
        AssertRefused("IPv6 as TSO4", SuperFrame.Create(Tcp6, false, 4_000, 1448).With(o => o with { GsoType = Tcp4 }));
        AssertRefused("ARP", SuperFrame.Create(Tcp4, true, 4_000, 1448).Changed(f => f[13] = 6));
        AssertRefused("three tags", SuperFrame.Create(Tcp4, true, 4_000, 1448, default, 1, 2, 3));
        AssertRefused("nine extension headers", SuperFrame.Create(Tcp6, false, 4_000, 1200).WithIPv6Options(9));
        AssertRefused("an IPv6 fragment", SuperFrame.Create(Tcp6, false, 4_000, 1200).WithIPv6Options(1).Changed(f => f[20] = 44));
        AssertRefused("csum_start off by two", SuperFrame.Create(Tcp4, true, 4_000, 1448).With(o => o with { CsumStart = 36 }));
        AssertRefused("64 KiB and one, IPv4", SuperFrame.Create(Tcp4, true, 65_496, 1448));
        AssertRefused("64 KiB and one, IPv6", SuperFrame.Create(Tcp6, false, 65_516, 1448));
    }

    [Fact]
    public void TryValidate_CutAtEveryOctet_NeverThrows()
    {
        SuperFrame frame = SuperFrame.Create(Tcp6, false, 300, 100, default, 1, 2).WithIPv6Options(3);
        for (int length = 0; length < frame.Octets.Length; length++)
        {
            OffloadInfo offload = frame.Offload with { HdrLen = 0 };
            offload.TryValidate(frame.Octets.AsSpan(0, length));
        }
    }

    [Fact]
    [Trait("Fault", "13")]
    public void TryValidate_RandomOctets_WhatIsAcceptedCanBeCut()
    {
        var random = new Random(10);
        SuperFrame[] bases =
        [
            SuperFrame.Create(Tcp4, true, 900, 100), SuperFrame.Create(Tcp6, false, 900, 100).WithIPv6Options(2),
            SuperFrame.Create(Udp, true, 900, 100, default, 5), SuperFrame.Create(Udp, false, 900, 100, default, 9, 5),
        ];
        int cut = 0;
        for (int round = 0; round < 30_000; round++)
        {
            SuperFrame frame = Mutate(bases[random.Next(bases.Length)], random);
            OffloadInfo offload = frame.Offload;
            if (offload.TryValidate(frame.Octets))
            {
                Assert.NotEmpty(Cutting.Cut(frame, scratchFrames: 3));
                cut++;
            }
        }

        Assert.True(cut > 1_000, $"only {cut} accepted");
    }

    [Fact]
    [Trait("Fault", "14")]
    public void TryValidate_BareIp_LimitsCountFromTheIpHeader()
    {
        SuperFrame udp = SuperFrame.Create(Udp, true, 100, 0).AsPacket();
        Assert.Equal((true, 20), (udp.Offload.NeedsCsum, udp.Offload.CsumStart));
        AssertPacket(true, udp);
        AssertPacket(false, udp.With(o => o with { CsumStart = 19 }));
        AssertPacket(true, new(udp.Octets, new OffloadInfo { HdrLen = 13 })); // the kernel asks for 14 octets on a TAP alone
        AssertPacket(false, new(udp.Octets, new OffloadInfo { HdrLen = (ushort)(udp.Octets.Length + 1) }));

        SuperFrame tcp4 = SuperFrame.Create(Tcp4, true, 4_000, 1448).AsPacket();
        SuperFrame tcp6 = SuperFrame.Create(Tcp6, false, 4_000, 1448).AsPacket();
        AssertPacket(true, tcp4);
        AssertPacket(true, tcp6);
        AssertPacket(false, tcp4.With(o => o with { GsoType = Tcp6 }));
        AssertPacket(false, tcp6.With(o => o with { GsoType = Tcp4 }));
        AssertPacket(false, tcp6.With(o => o with { CsumStart = 39 }));
        AssertPacket(false, tcp4.Changed(p => p[0] = 0x55)); // IP version 5
        AssertPacket(false, tcp4.Changed(p => p[6] = 0x20)); // a fragment
        AssertPacket(true, SuperFrame.Create(Tcp4, true, 65_495, 1448).AsPacket());
        AssertPacket(false, SuperFrame.Create(Tcp4, true, 65_496, 1448).AsPacket());
        AssertPacket(false, SuperFrame.Create(Tcp6, false, 65_516, 1448).AsPacket());
    }

    [Fact]
    public void TryValidate_FrameAsPacketAndPacketAsFrame_AreRefused()
    {
        SuperFrame frame = SuperFrame.Create(Tcp4, true, 4_000, 1448);
        AssertPacket(false, frame);
        AssertRefused("a bare packet", frame.AsPacket());
    }

    [Fact]
    public void TryValidate_BareIpCutAtEveryOctet_NeverThrows()
    {
        SuperFrame packet = SuperFrame.Create(Tcp6, false, 300, 100).WithIPv6Options(3).AsPacket();
        for (int length = 0; length < packet.Octets.Length; length++)
        {
            OffloadInfo offload = packet.Offload with { HdrLen = 0 };
            offload.TryValidate(packet.Octets.AsSpan(0, length), LinkLayer.Ip);
        }
    }

    [Fact]
    [Trait("Fault", "13")]
    public void TryValidate_RandomBareIp_WhatIsAcceptedCanBeCut()
    {
        var random = new Random(11);
        SuperFrame[] bases =
        [
            SuperFrame.Create(Tcp4, true, 900, 100).AsPacket(), SuperFrame.Create(Tcp6, false, 900, 100).WithIPv6Options(2).AsPacket(),
            SuperFrame.Create(Udp, true, 900, 100).WithIPv4Options(8).AsPacket(), SuperFrame.Create(Udp, false, 900, 100).AsPacket(),
        ];
        int cut = 0;
        for (int round = 0; round < 30_000; round++)
        {
            SuperFrame packet = Mutate(bases[random.Next(bases.Length)], random);
            OffloadInfo offload = packet.Offload;
            if (offload.TryValidate(packet.Octets, LinkLayer.Ip))
            {
                Assert.NotEmpty(Cutting.Cut(packet, scratchFrames: 3, LinkLayer.Ip));
                cut++;
            }
        }

        Assert.True(cut > 1_000, $"only {cut} accepted");
    }

    private static SuperFrame Mutate(SuperFrame frame, Random random)
    {
        var header = new byte[OffloadInfo.Length];
        frame.Offload.Write(header);
        if (random.Next(2) == 0)
        {
            header[random.Next(10)] = (byte)random.Next(256);
        }

        byte[] octets = [.. frame.Octets];
        for (int flips = random.Next(4); flips > 0; flips--)
        {
            octets[random.Next(120)] ^= (byte)(1 << random.Next(8));
        }

        int length = random.Next(4) == 0 ? random.Next(octets.Length) : octets.Length;
        return new(octets[..length], OffloadInfo.Read(header));
    }

    private static void AssertPacket(bool accepted, SuperFrame packet)
    {
        OffloadInfo offload = packet.Offload;
        Assert.True(offload.TryValidate(packet.Octets, LinkLayer.Ip) == accepted, packet.ToString());
    }

    private static void AssertRefused(string what, SuperFrame frame)
    {
        OffloadInfo offload = frame.Offload;
        Assert.False(offload.TryValidate(frame.Octets), what);
    }
}
