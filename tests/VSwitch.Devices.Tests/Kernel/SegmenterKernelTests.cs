using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests.Kernel;

/// <summary>Segments and checksums, octet for octet against those of the running kernel.</summary>
public class SegmenterKernelTests(KernelPath kernel) : IClassFixture<KernelPath>
{
    private const byte Fin = 0x01, Psh = 0x08, Ack = 0x10, Ece = 0x40, Cwr = 0x80;
    private const GsoType Tcp4 = GsoType.TcpIPv4, Tcp6 = GsoType.TcpIPv6, Udp = GsoType.UdpSegmentation;

    private static readonly Dictionary<string, Func<SuperFrame>> Cases = new()
    {
        ["TCP4"] = () => SuperFrame.Create(Tcp4, true, 10_000, 1448),
        ["TCP6"] = () => SuperFrame.Create(Tcp6, false, 10_000, 1428),
        ["TCP4, 64 KiB"] = () => SuperFrame.Create(Tcp4, true, 65_495, 1448),
        ["TCP6, 64 KiB"] = () => SuperFrame.Create(Tcp6, false, 65_515, 1428),
        ["TCP4, last segment of one octet"] = () => SuperFrame.Create(Tcp4, true, (3 * 1448) + 1, 1448),
        ["TCP4, last segment full"] = () => SuperFrame.Create(Tcp4, true, 3 * 1448, 1448),
        ["TCP4, two segments"] = () => SuperFrame.Create(Tcp4, true, 1449, 1448),
        ["TCP4, odd segments"] = () => SuperFrame.Create(Tcp4, true, 9_999, 1001),
        ["TCP6, odd segments"] = () => SuperFrame.Create(Tcp6, false, 9_999, 1001),
        ["TCP4, MSS 48 with timestamps"] = () => SuperFrame.Create(Tcp4, true, 65_000, 36, new(OptionOctets: 12)),
        ["TCP4, jumbo segments"] = () => SuperFrame.Create(Tcp4, true, 60_001, 8948),
        ["TCP4, FIN PSH"] = () => SuperFrame.Create(Tcp4, true, 5_000, 1448, new(Flags: Fin | Psh | Ack)),
        ["TCP6, FIN PSH"] = () => SuperFrame.Create(Tcp6, false, 5_000, 1428, new(Flags: Fin | Psh | Ack)),
        ["TCP4, every flag"] = () => SuperFrame.Create(Tcp4, true, 5_000, 1448, new(Flags: 0xFF)),
        ["TCP4, CWR, ECN"] = () => SuperFrame.Create(Tcp4, true, 5_000, 1448, new(Flags: Cwr | Ack)).With(WithEcn),
        ["TCP6, CWR ECE, ECN"] = () => SuperFrame.Create(Tcp6, false, 5_000, 1428, new(Flags: Cwr | Ece | Ack)).With(WithEcn),
        ["TCP4, CWR without ECN"] = () => SuperFrame.Create(Tcp4, true, 5_000, 1448, new(Flags: Cwr | Ack)),
        ["TCP4, sequence wraps"] = () => SuperFrame.Create(Tcp4, true, 9_000, 1448, new(Sequence: 0xFFFF_FA00)),
        ["TCP4, identification wraps"] = () => SuperFrame.Create(Tcp4, true, 9_000, 1448).Changed(f => WriteIp(f, 4, 0xFFFD)),
        ["TCP4, no DF"] = () => SuperFrame.Create(Tcp4, true, 9_000, 1448).Changed(f => WriteIp(f, 6, 0)),
        ["TCP4, IP options"] = () => SuperFrame.Create(Tcp4, true, 9_000, 1400).WithIPv4Options(40),
        ["TCP4, TCP options"] = () => SuperFrame.Create(Tcp4, true, 9_000, 1400, new(OptionOctets: 40)),
        ["TCP4, both options"] = () => SuperFrame.Create(Tcp4, true, 9_001, 1399, new(OptionOctets: 12)).WithIPv4Options(24),
        ["TCP6, extension header"] = () => SuperFrame.Create(Tcp6, false, 9_000, 1400).WithIPv6Options(1),
        ["TCP6, 8 extension headers"] = () => SuperFrame.Create(Tcp6, false, 9_000, 1300).WithIPv6Options(8),
        ["TCP4, VLAN"] = () => SuperFrame.Create(Tcp4, true, 9_000, 1448, default, 5),
        ["TCP6, VLAN"] = () => SuperFrame.Create(Tcp6, false, 9_000, 1428, default, 4094),
        ["TCP4, two tags"] = () => SuperFrame.Create(Tcp4, true, 9_000, 1448, default, 100, 5),
        ["TCP6, two tags"] = () => SuperFrame.Create(Tcp6, false, 9_000, 1428, default, 100, 5),
        ["TCP4, priority tag"] = () => SuperFrame.Create(Tcp4, true, 9_000, 1448, default, 0),
        ["TCP4, wrong pseudo-header"] = () => SuperFrame.Create(Tcp4, true, 9_000, 1448).Changed(f => f[51] ^= 0x55),
        ["TCP4, wrong total length"] = () => SuperFrame.Create(Tcp4, true, 9_000, 1448).Changed(f => WriteIp(f, 2, 40)),
        ["TCP4, a checksum of zero"] = () => WithZeroChecksum(SuperFrame.Create(Tcp4, true, 3_000, 1000)),
        ["TCP6, a checksum of zero"] = () => WithZeroChecksum(SuperFrame.Create(Tcp6, false, 3_000, 1000)),
        ["TCP4, urgent"] = () => SuperFrame.Create(Tcp4, true, 5_000, 1448, new(Flags: 0x20 | Ack)),
        ["USO4"] = () => SuperFrame.Create(Udp, true, 10_000, 1472),
        ["USO6"] = () => SuperFrame.Create(Udp, false, 10_000, 1452),
        ["USO4, 128 datagrams"] = () => SuperFrame.Create(Udp, true, 128 * 400, 400),
        ["USO4, 64 KiB"] = () => SuperFrame.Create(Udp, true, 65_507, 1472),
        ["USO4, odd datagrams"] = () => SuperFrame.Create(Udp, true, 9_999, 1001),
        ["USO4, last of one octet"] = () => SuperFrame.Create(Udp, true, 2_945, 1472),
        ["USO4, IP options"] = () => SuperFrame.Create(Udp, true, 9_000, 1400).WithIPv4Options(40),
        ["USO6, extension header"] = () => SuperFrame.Create(Udp, false, 9_000, 1400).WithIPv6Options(1),
        ["USO4, VLAN"] = () => SuperFrame.Create(Udp, true, 9_000, 1472, default, 5),
        ["USO6, two tags"] = () => SuperFrame.Create(Udp, false, 9_000, 1452, default, 100, 5),
        ["USO4, wrong datagram length"] = () => SuperFrame.Create(Udp, true, 9_000, 1472).Changed(f => f[38] ^= 0x10),
        ["USO4, a checksum of zero"] = () => WithZeroChecksum(SuperFrame.Create(Udp, true, 3_000, 1000)),
        ["USO6, a checksum of zero"] = () => WithZeroChecksum(SuperFrame.Create(Udp, false, 3_000, 1000)),
    };

    private static readonly Dictionary<string, Func<SuperFrame>> ChecksumCases = new()
    {
        ["TCP4"] = () => SuperFrame.Create(Tcp4, true, 1_000, 0),
        ["TCP6"] = () => SuperFrame.Create(Tcp6, false, 1_000, 0),
        ["UDP4"] = () => SuperFrame.Create(Udp, true, 1_000, 0),
        ["UDP6"] = () => SuperFrame.Create(Udp, false, 1_000, 0),
        ["TCP4, odd"] = () => SuperFrame.Create(Tcp4, true, 1_001, 0),
        ["UDP6, odd"] = () => SuperFrame.Create(Udp, false, 1, 0),
        ["UDP4, no payload"] = () => SuperFrame.Create(Udp, true, 0, 0),
        ["TCP4, VLAN"] = () => SuperFrame.Create(Tcp4, true, 777, 0, default, 9),
        ["UDP6, two tags"] = () => SuperFrame.Create(Udp, false, 777, 0, default, 100, 9),
        ["UDP6, extension headers"] = () => SuperFrame.Create(Udp, false, 777, 0).WithIPv6Options(3),
        ["TCP4, a checksum of zero"] = () => WithZeroChecksum(SuperFrame.Create(Tcp4, true, 500, 0)),
        ["UDP4, a checksum of zero"] = () => WithZeroChecksum(SuperFrame.Create(Udp, true, 500, 0)),
        ["UDP6, a checksum of zero"] = () => WithZeroChecksum(SuperFrame.Create(Udp, false, 500, 0)),
        ["TSO4 with less payload than gso_size"] = () => SuperFrame.Create(Tcp4, true, 700, 1448),
        ["USO6 with as much payload as gso_size"] = () => SuperFrame.Create(Udp, false, 1000, 1000),
        ["a checksum in the payload"] = () => SuperFrame.Create(Udp, true, 500, 0).With(o => o with { CsumStart = 101, CsumOffset = 33 }),
        ["a checksum over nothing but itself"] = () => SuperFrame.Create(Udp, true, 500, 0).With(o => o with { CsumStart = 540, CsumOffset = 0 }),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    public static TheoryData<string> ChecksumCaseNames => [.. ChecksumCases.Keys];

    [Theory]
    [Trait("Fault", "15")]
    [MemberData(nameof(CaseNames))]
    public void Next_SuperFrame_EqualsTheKernel(string name)
    {
        KernelPath.SkipUnlessPossible();
        AssertSameAsKernel(Cases[name](), expectSeveral: true);
    }

    [Theory]
    [Trait("Fault", "16")]
    [MemberData(nameof(ChecksumCaseNames))]
    public void Complete_UnfinishedChecksum_EqualsTheKernel(string name)
    {
        KernelPath.SkipUnlessPossible();
        AssertSameAsKernel(ChecksumCases[name](), expectSeveral: false);
    }

    [Fact]
    [Trait("Fault", "15")]
    public void Next_RandomSuperFrames_EqualTheKernel()
    {
        KernelPath.SkipUnlessPossible();
        var random = new Random(7);
        for (int round = 0; round < 400; round++)
        {
            AssertSameAsKernel(RandomSuperFrame(random), expectSeveral: false);
        }
    }

    private void AssertSameAsKernel(SuperFrame frame, bool expectSeveral)
    {
        List<byte[]> ours = Cutting.Cut(frame);
        List<byte[]> kernels = kernel.Forward(frame, ours.Count);
        Assert.True(kernels.Count == ours.Count, $"{frame}: the kernel sends {kernels.Count} frames, we {ours.Count}");
        Assert.True(!expectSeveral || ours.Count > 1, "nothing was cut");
        for (int i = 0; i < ours.Count; i++)
        {
            Assert.True(kernels[i].AsSpan().SequenceEqual(ours[i]), $"{frame}: {Difference(kernels[i], ours[i], i)}");
        }
    }

    private static string Difference(byte[] kernels, byte[] ours, int segment)
    {
        int at = kernels.AsSpan().CommonPrefixLength(ours);
        return at < kernels.Length && at < ours.Length
            ? $"segment {segment}, octet {at}: the kernel has 0x{kernels[at]:x2}, we have 0x{ours[at]:x2}"
            : $"segment {segment}: the kernel has {kernels.Length} octets, we have {ours.Length}";
    }

    private static SuperFrame RandomSuperFrame(Random random)
    {
        bool isIPv4 = random.Next(2) == 0;
        GsoType type = random.Next(3) == 0 ? Udp : isIPv4 ? Tcp4 : Tcp6;
        int gsoSize = random.Next(100, 3_000);
        int payload = random.Next(1, Math.Min(60_000, 128 * gsoSize));
        var fields = new TcpFields((uint)random.NextInt64(1L << 32), 0, (byte)random.Next(1, 256), 0, 0, 4 * random.Next(11));
        if (payload <= gsoSize && payload + fields.OptionOctets > gsoSize)
        {
            // Linux forgets the options when it decides that there is nothing to cut, and then drops what it cannot cut; we send it.
            payload = gsoSize + 1;
        }

        int[] vlans = [.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(4095))];
        SuperFrame frame = SuperFrame.Create(type, isIPv4, payload, gsoSize, fields, vlans);
        frame = isIPv4 ? frame.WithIPv4Options(4 * random.Next(11)) : frame.WithIPv6Options(random.Next(4));
        frame = frame.Changed(f => random.NextBytes(f.AsSpan(frame.Offload.HdrLen)));
        return type != Udp && random.Next(2) == 0 ? frame.With(WithEcn) : frame;
    }

    private static OffloadInfo WithEcn(OffloadInfo offload) => offload with { HasEcn = true };

    private static void WriteIp(byte[] frame, int at, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(14 + at), value);

    // Makes the checksum of the first frame that results come out as zero, by the last two octets of its payload.
    private static SuperFrame WithZeroChecksum(SuperFrame frame)
    {
        int end = frame.Offload.GsoSize == 0 ? frame.Octets.Length : frame.Offload.HdrLen + frame.Offload.GsoSize;
        SuperFrame blank = frame.Changed(f => f.AsSpan(end - 2, 2).Clear());
        byte[] first = Cutting.Cut(blank)[0];
        ushort checksum = BinaryPrimitives.ReadUInt16BigEndian(first.AsSpan(frame.Offload.CsumStart + frame.Offload.CsumOffset));
        SuperFrame zero = blank.Changed(f => BinaryPrimitives.WriteUInt16BigEndian(f.AsSpan(end - 2), checksum));
        ushort result = BinaryPrimitives.ReadUInt16BigEndian(Cutting.Cut(zero)[0].AsSpan(frame.Offload.CsumStart + frame.Offload.CsumOffset));
        Assert.True(result is 0 or 0xFFFF);
        return zero;
    }
}
