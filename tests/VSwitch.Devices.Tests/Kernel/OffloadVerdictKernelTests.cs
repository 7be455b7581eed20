using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests.Kernel;

/// <summary>The verdict over virtio_net_hdr against that of the running kernel: what it refuses we refuse, what we accept it accepts.</summary>
public sealed class OffloadVerdictKernelTests : IDisposable
{
    private const GsoType Tcp4 = GsoType.TcpIPv4, Tcp6 = GsoType.TcpIPv6, Udp = GsoType.UdpSegmentation;

    private static readonly byte[] Udp4Octets = SuperFrame.Create(Udp, true, 100, 0).Octets;           // 142
    private static readonly byte[] Tso4Octets = SuperFrame.Create(Tcp4, true, 4_000, 1448).Octets;     // 4,054
    private static readonly byte[] Uso4Octets = SuperFrame.Create(Udp, true, 4_000, 1448).Octets;      // 4,042
    private static readonly byte[] SmallTcpOctets = SuperFrame.Create(Tcp4, true, 10, 1448).Octets;    // 64
    private static readonly byte[] HugeTcpOctets = SuperFrame.Create(Tcp4, true, 65_496, 1448).Octets; // one octet beyond 64 KiB

    // Row by row the table "TAP with IFF_VNET_HDR", then rows that it lacks: header, frame, the kernel's verdict, ours.
    private static readonly Dictionary<string, Row> Rows = new()
    {
        ["plain, nothing to do"] = new(Header(), Udp4Octets, Accepts, Accepts),
        ["NEEDS_CSUM, good UDP"] = new(Header(1, start: 34, offset: 6), Udp4Octets, Accepts, Accepts),
        ["NEEDS_CSUM, start beyond end"] = new(Header(1, start: 200, offset: 6), Udp4Octets, Refuses, Refuses),
        ["NEEDS_CSUM, start 65535"] = new(Header(1, start: 65_535, offset: 6), Udp4Octets, Refuses, Refuses),
        ["NEEDS_CSUM, offset beyond end"] = new(Header(1, start: 34, offset: 1_000), Udp4Octets, Refuses, Refuses),
        ["NEEDS_CSUM, start 0"] = new(Header(1, start: 0, offset: 6), Udp4Octets, Refuses, Refuses),
        ["NEEDS_CSUM, field split by the end"] = new(Header(1, start: 34, offset: 107), Udp4Octets, Refuses, Refuses),
        ["NEEDS_CSUM, field at the very end"] = new(Header(1, start: 34, offset: 106), Udp4Octets, Accepts, Accepts),
        ["flags 0xff"] = new(Header(0xFF, start: 34, offset: 6), Udp4Octets, Accepts, Accepts),
        ["DATA_VALID"] = new(Header(2), Udp4Octets, Accepts, Accepts),
        ["TSO4, good"] = new(Tso(), Tso4Octets, Accepts, Accepts),
        ["TSO4, gso_size 0"] = new(Tso(size: 0), Tso4Octets, Refuses, Refuses),
        ["TSO4, gso_size 1"] = new(Tso(size: 1), Tso4Octets, Accepts, Refuses),
        ["TSO4, gso_size 65535"] = new(Tso(size: 65_535), Tso4Octets, Refuses, Refuses),
        ["TSO4, hdr_len 0"] = new(Tso(hdrLen: 0), Tso4Octets, Accepts, Accepts),
        ["TSO4, hdr_len beyond the frame"] = new(Tso(hdrLen: 5_000), Tso4Octets, Refuses, Refuses),
        ["TSO4, hdr_len 10"] = new(Tso(hdrLen: 10), Tso4Octets, Accepts, Accepts),
        ["TSO4 without NEEDS_CSUM"] = new(Tso(flags: 0), Tso4Octets, Accepts, Refuses),
        ["TSO4 on UDP"] = new(Tso(), Uso4Octets, Accepts, Refuses),
        ["TSO6 on IPv4"] = new(Tso(type: 4), Tso4Octets, Refuses, Refuses),
        ["TSO4, csum_offset 6"] = new(Tso(offset: 6), Tso4Octets, Refuses, Refuses),
        ["TSO4, csum_start at the IP header"] = new(Tso(start: 14), Tso4Octets, Refuses, Refuses),
        ["UFO on UDP"] = new(Header(1, 3, 42, 1448, 34, 6), Uso4Octets, Accepts, Refuses),
        ["USO, good"] = new(Header(1, 5, 42, 1448, 34, 6), Uso4Octets, Accepts, Accepts),
        ["USO, csum_offset wrong"] = new(Header(1, 5, 42, 1448, 34, 16), Uso4Octets, Refuses, Refuses),
        ["USO without NEEDS_CSUM"] = new(Header(0, 5, 42, 1448, 34, 6), Uso4Octets, Refuses, Refuses),
        ["gso_type 2"] = new(Tso(type: 2), Tso4Octets, Refuses, Refuses),
        ["gso_type 6"] = new(Tso(type: 6), Tso4Octets, Refuses, Refuses),
        ["gso_type 0x7f"] = new(Tso(type: 0x7F), Tso4Octets, Refuses, Refuses),
        ["TSO4 with ECN"] = new(Tso(type: 0x81), Tso4Octets, Accepts, Accepts),
        ["ECN alone"] = new(Tso(type: 0x80), Tso4Octets, Refuses, Refuses),
        ["TSO4, less payload than gso_size"] = new(Tso(), SmallTcpOctets, Accepts, Accepts),
        ["no GSO, gso_size 1448"] = new(Header(size: 1448), SmallTcpOctets, Accepts, Accepts),
        // The kernel compares hdr_len before it steps over num_buffers, so it overlooks 2 octets (tun_vnet_hdr_get).
        ["no GSO, hdr_len beyond the frame by one"] = new(Header(hdrLen: 143), Udp4Octets, Accepts, Refuses),
        ["no GSO, hdr_len beyond the frame by three"] = new(Header(hdrLen: 145), Udp4Octets, Refuses, Refuses),
        ["no GSO, hdr_len 13"] = new(Header(hdrLen: 13), Udp4Octets, Refuses, Refuses),
        ["no GSO, hdr_len 14"] = new(Header(hdrLen: 14), Udp4Octets, Accepts, Accepts),
        ["NEEDS_CSUM, start in the IP header"] = new(Header(1, start: 33, offset: 6), Udp4Octets, Accepts, Refuses),
        ["NEEDS_CSUM, start 19"] = new(Header(1, start: 19, offset: 6), Udp4Octets, Refuses, Refuses),
        ["TSO4, csum_start in the payload"] = new(Tso(start: 134), Tso4Octets, Accepts, Refuses),
        ["USO with ECN"] = new(Header(1, 0x85, 42, 1448, 34, 6), Uso4Octets, Refuses, Refuses),
        ["USO, 129 datagrams"] = new(Header(1, 5, 42, 31, 34, 6), Uso4Octets, Refuses, Refuses),
        ["USO, 128 datagrams"] = new(Header(1, 5, 42, 32, 34, 6), Uso4Octets, Accepts, Accepts),
        ["TSO4, 64 KiB and one octet"] = new(Tso(), HugeTcpOctets, Accepts, Refuses),
    };

    private readonly KernelTap? _tap;
    private readonly KernelTap? _tun;

    public OffloadVerdictKernelTests()
    {
        if (KernelTap.Obstacle is null)
        {
            KernelTap? tap = null, tun = null;
            KernelTap.InNewNamespace(() =>
            {
                tap = KernelTap.Open("vstest-verdict", vnetHeader: true);
                tun = KernelTap.Open("vstest-verdict3", vnetHeader: true, bareIp: true);
            });
            (_tap, _tun) = (tap, tun);
        }
    }

    public static TheoryData<string> RowNames => [.. Rows.Keys];

    private static bool Accepts => true;

    private static bool Refuses => false;

    public void Dispose()
    {
        _tap?.Dispose();
        _tun?.Dispose();
    }

    [Theory]
    [Trait("Fault", "13")]
    [Trait("Fault", "14")]
    [Trait("Fault", "17")]
    [MemberData(nameof(RowNames))]
    public void TryValidate_Row_IsAsDocumented(string name)
    {
        KernelPath.SkipUnlessPossible();
        Row row = Rows[name];
        OffloadInfo offload = OffloadInfo.Read(row.Header);
        Assert.Equal(row.KernelAccepts, KernelAccepts(_tap!, row.Header, row.Frame));
        Assert.Equal(row.WeAccept, offload.TryValidate(row.Frame));
        AssertKernelAcceptsNormalised(_tap!, row.WeAccept, offload, row.Frame);
    }

    /// <summary>The rows that are another thing on a TUN, where the kernel asks for no Ethernet header.</summary>
    [Theory]
    [InlineData(0, 13, 0, 0, true, true)]      // hdr_len below 14, without a checksum
    [InlineData(1, 0, 20, 6, true, true)]      // csum_start right behind the IPv4 header
    [InlineData(1, 0, 19, 6, false, false)]
    [InlineData(0, 129, 0, 0, true, false)]    // hdr_len beyond the packet by one
    [InlineData(0, 131, 0, 0, false, false)]
    public void TryValidate_BareIpRow_IsAsDocumented(byte flags, ushort hdrLen, ushort start, ushort offset, bool kernelAccepts, bool weAccept)
    {
        KernelPath.SkipUnlessPossible();
        byte[] header = Header(flags, hdrLen: hdrLen, start: start, offset: offset);
        byte[] packet = Udp4Octets[14..];
        OffloadInfo info = OffloadInfo.Read(header);
        Assert.Equal(kernelAccepts, KernelAccepts(_tun!, header, packet));
        Assert.Equal(weAccept, info.TryValidate(packet, LinkLayer.Ip));
    }

    [Theory]
    [InlineData(LinkLayer.Ethernet)]
    [InlineData(LinkLayer.Ip)]
    [Trait("Fault", "13")]
    public void TryValidate_Mutations_NeverAcceptsWhatTheKernelRefuses(LinkLayer layer)
    {
        KernelPath.SkipUnlessPossible();
        var random = new Random(8);
        SuperFrame[] bases = [.. Bases()];
        KernelTap kernel = _tap!;
        if (layer == LinkLayer.Ip)
        {
            bases = [.. bases.Where(b => b.Octets[12] != 0x88).Select(b => b.AsPacket())];
            kernel = _tun!;
        }

        int accepted = 0, refused = 0;
        for (int round = 0; round < 20_000; round++)
        {
            SuperFrame frame = MutateOctets(bases[random.Next(bases.Length)], random);
            if (layer == LinkLayer.Ip && frame.Octets[0] >> 4 is not (4 or 6))
            {
                continue; // refused for its version, whatever stands beside it
            }

            byte[] header = MutateHeader(frame, random);
            OffloadInfo offload = OffloadInfo.Read(header);
            bool weAccept = offload.TryValidate(frame.Octets, layer);
            bool kernelAccepts = KernelAccepts(kernel, header, frame.Octets);
            Assert.True(kernelAccepts || !weAccept, $"accepted against the kernel: {Convert.ToHexString(header)} on {frame}");
            AssertKernelAcceptsNormalised(kernel, weAccept, offload, frame.Octets);
            accepted += weAccept ? 1 : 0;
            refused += kernelAccepts ? 0 : 1;
        }

        Assert.True(accepted > 2_000 && refused > 5_000, $"a table that tests little: {accepted} accepted, {refused} refused by the kernel");
    }

    private static void AssertKernelAcceptsNormalised(KernelTap kernel, bool weAccept, OffloadInfo normalised, byte[] frame)
    {
        if (weAccept)
        {
            var header = new byte[OffloadInfo.Length];
            normalised.Write(header);
            Assert.True(KernelAccepts(kernel, header, frame), $"normalised to what the kernel refuses: {Convert.ToHexString(header)}");
        }
    }

    private static bool KernelAccepts(KernelTap kernel, byte[] header, byte[] frame)
    {
        int errno = kernel.Write(header, frame);
        Assert.True(errno is 0 or KernelTap.EINVAL, $"errno {errno}");
        return errno == 0;
    }

    private static IEnumerable<SuperFrame> Bases()
    {
        foreach (int gsoSize in (int[])[0, 1400])
        {
            yield return SuperFrame.Create(Tcp4, true, 3_000, gsoSize);
            yield return SuperFrame.Create(Tcp6, false, 3_000, gsoSize);
            yield return SuperFrame.Create(Udp, true, 3_000, gsoSize);
            yield return SuperFrame.Create(Udp, false, 3_000, gsoSize);
            yield return SuperFrame.Create(Tcp4, true, 3_000, gsoSize, default, 5);
            yield return SuperFrame.Create(Tcp6, false, 3_000, gsoSize, default, 100, 5);
            yield return SuperFrame.Create(Tcp4, true, 3_000, gsoSize, new(OptionOctets: 12)).WithIPv4Options(20);
            yield return SuperFrame.Create(Udp, false, 3_000, gsoSize).WithIPv6Options(2);
        }

        yield return SuperFrame.Create(Tcp4, true, 0, 0);
        yield return SuperFrame.Create(Udp, true, 0, 0);
        yield return SuperFrame.Create(Tcp4, true, 65_495, 1448);
        yield return new SuperFrame(HugeTcpOctets, OffloadInfo.Read(Tso()));
        yield return new SuperFrame(new FrameBuilder().Payload([]).Build(), default);
        yield return new SuperFrame(new FrameBuilder().Build(), default);
    }

    private static SuperFrame MutateOctets(SuperFrame frame, Random random) =>
        random.Next(2) == 0
            ? frame
            : frame.Changed(f => f[random.Next(Math.Min(f.Length, 100))] ^= (byte)(1 << random.Next(8)));

    private static byte[] MutateHeader(SuperFrame frame, Random random)
    {
        var header = new byte[OffloadInfo.Length];
        frame.Offload.Write(header);
        for (int changes = random.Next(4); changes > 0; changes--)
        {
            MutateField(header, frame, random);
        }

        return header;
    }

    private static void MutateField(byte[] header, SuperFrame frame, Random random)
    {
        int field = random.Next(6);
        switch (field)
        {
            case 0:
                header[0] = Pick(random, 0, 1, 2, 3, 4, 8, 0xFF);
                break;
            case 1:
                header[1] = Pick(random, 0, 1, 2, 3, 4, 5, 6, 0x7F, 0x80, 0x81, 0x83, 0x84, 0x85, 0xFF);
                break;
            default:
                BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan((field - 1) * 2), InterestingNumber(frame, random));
                break;
        }
    }

    private static byte Pick(Random random, params byte[] values) => values[random.Next(values.Length)];

    private static ushort InterestingNumber(SuperFrame frame, Random random)
    {
        int length = frame.Octets.Length;
        int[] numbers =
        [
            0, 1, 2, 6, 13, 14, 16, 19, 20, 23, 24, 33, 34, 39, 40, 42, 54, 65_023, 65_400, 65_534, 65_535,
            length, length - 1, length - 2, length + 1, length - frame.Offload.CsumStart, frame.Offload.CsumStart + random.Next(-2, 3),
            random.Next(65_536), random.Next(100),
        ];
        return (ushort)numbers[random.Next(numbers.Length)];
    }

    private static byte[] Tso(byte flags = 1, byte type = 1, ushort hdrLen = 54, ushort size = 1448, ushort start = 34, ushort offset = 16) =>
        Header(flags, type, hdrLen, size, start, offset);

    private static byte[] Header(byte flags = 0, byte type = 0, ushort hdrLen = 0, ushort size = 0, ushort start = 0, ushort offset = 0)
    {
        var header = new byte[OffloadInfo.Length];
        (header[0], header[1]) = (flags, type);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(2), hdrLen);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), size);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), start);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), offset);
        return header;
    }

    private sealed record Row(byte[] Header, byte[] Frame, bool KernelAccepts, bool WeAccept);
}
