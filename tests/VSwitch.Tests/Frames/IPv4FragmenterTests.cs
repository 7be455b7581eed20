using System.Buffers.Binary;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Tests.Frames;

public class IPv4FragmenterTests
{
    private const int L3 = EthernetHeader.Length;

    [Theory]
    [InlineData(68)]
    [InlineData(69)]
    [InlineData(75)]
    [InlineData(576)]
    [InlineData(1280)]
    [InlineData(1500)]
    public void Next_EveryLength_ReassemblesToTheOriginal(int mtu)
    {
        for (int payload = 0; payload < 4000; payload += 37)
        {
            byte[] frame = Frame(payload);
            List<byte[]> fragments = Fragment(frame, mtu, l3: L3);
            Assert.All(fragments, f => Assert.True(IsLegal(f, mtu)));
            Assert.Equal(frame, Reassemble(fragments));
        }
    }

    [Fact]
    public void Next_LongestDatagram_ReassemblesToTheOriginal()
    {
        byte[] frame = Frame(65_535 - 28);
        List<byte[]> fragments = Fragment(frame, 1500, l3: L3);
        Assert.Equal(45, fragments.Count); // 65,515 octets, 1,480 each
        Assert.Equal(frame, Reassemble(fragments));
    }

    [Fact]
    public void Next_PacketThatFits_StaysAsItIs()
    {
        byte[] frame = Frame(40);
        frame[L3 + 6] = 0x40; // DF
        FixChecksum(frame);
        Assert.Equal([frame], Fragment(frame, 68, l3: L3));
        Assert.Equal([frame], Fragment([.. frame, .. new byte[11]], 68, l3: L3)); // padding goes
    }

    [Fact]
    public void Next_TaggedFrame_TagsOnEachFragment()
    {
        byte[] plain = Frame(2000);
        byte[] frame = [.. plain[..12], 0x81, 0, 0, 7, .. plain[12..]];
        List<byte[]> fragments = Fragment(frame, 1500, l3: L3 + 4);
        Assert.Equal(2, fragments.Count);
        Assert.All(fragments, f => Assert.Equal(frame[..18], f[..18]));
    }

    /// <summary>RFC 791, section 3.1: record route (7) goes with the first fragment only, a security option (130) with each.</summary>
    [Fact]
    public void Next_Options_OnlyCopiedOnesGoOn()
    {
        byte[] recordRoute = [7, 7, 4, 0, 0, 0, 0];
        byte[] security = [130, 5, 1, 2, 3];
        byte[] options = [1, .. recordRoute, .. security, 1, 0, 0]; // 16 octets
        byte[] frame = WithOptions(Frame(2000), options);
        List<byte[]> fragments = Fragment(frame, 600, l3: L3);
        Assert.All(fragments, f => Assert.True(IsLegal(f, 600)));
        Assert.Equal(options, fragments[0][(L3 + 20)..(L3 + 36)]);
        Assert.All(fragments.Skip(1), f => Assert.Equal((byte)0x47, f[L3]));
        Assert.All(fragments.Skip(1), f => Assert.Equal([.. security, 0, 0, 0], f[(L3 + 20)..(L3 + 28)]));
        Assert.Equal(frame, Reassemble(fragments));
    }

    [Fact]
    public void Next_FortyOctetsOfOptionsAtTheLeastMtu_CarriesOneUnitEach()
    {
        byte[] options = [148, 40, .. new byte[38]]; // copied
        byte[] frame = WithOptions(Frame(100), options);
        List<byte[]> fragments = Fragment(frame, IPv4Fragmenter.MinMtu, l3: L3);
        Assert.Equal(14, fragments.Count); // 108 octets
        Assert.Equal(frame, Reassemble(fragments));
    }

    [Theory]
    [InlineData(130, 0)]
    [InlineData(130, 1)]
    [InlineData(130, 5)]
    [InlineData(130, 255)]
    [InlineData(1, 130)] // a type without a length at the very end
    public void Next_BrokenOption_IsLeftOutOfLaterFragments(byte type, byte length)
    {
        byte[] frame = WithOptions(Frame(2000), [1, 1, type, length]);
        List<byte[]> fragments = Fragment(frame, 600, l3: L3);
        Assert.All(fragments.Skip(1), f => Assert.Equal((byte)0x45, f[L3]));
        Assert.Equal(frame, Reassemble(fragments));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Next_FragmentOfAFragment_GoesOnFromItsOffset(bool hasMore)
    {
        byte[] whole = Frame(8000);
        List<byte[]> large = Fragment(whole, 3000, l3: L3);
        List<byte[]> small = [.. large.SelectMany((f, i) => i == (hasMore ? 1 : large.Count - 1) ? Fragment(f, 1004, l3: L3) : [f])];
        Assert.True(small.Count > large.Count);
        Assert.Equal(whole, Reassemble(small));
    }

    [Fact]
    public void Begin_UnfinishedChecksum_IsFinishedFirst()
    {
        var builder = new FrameBuilder().Udp("10.0.0.1", "10.9.0.1", 3000, finishChecksum: false);
        OffloadInfo offload = builder.Offload(GsoType.None, 0);
        byte[] frame = builder.Build();
        frame[L3 + 6] = 0;
        FixChecksum(frame);
        byte[] whole = Reassemble(Fragment(frame, 1500, l3: L3, offload));
        Assert.True(NaiveChecksums.AreRight(whole));
    }

    [Fact]
    public void Begin_NotToBeCut_IsZero()
    {
        var fragmenter = new IPv4Fragmenter();
        Assert.Equal(0, Begin(fragmenter, Changed(f => f[L3 + 6] = 0x40)));                       // DF
        Assert.Equal(0, Begin(fragmenter, Changed(f => f[L3] = 0x65)));
        Assert.Equal(0, Begin(fragmenter, Changed(f => f[L3] = 0x44)));
        Assert.Equal(0, Begin(fragmenter, Changed(f => f[L3 + 2] = 0xFF)));                       // longer than the frame
        Assert.Equal(0, Begin(fragmenter, Changed(f => (f[L3 + 2], f[L3 + 3]) = (0, 19))));
        Assert.Equal(0, Begin(fragmenter, Changed(f => (f[L3 + 6], f[L3 + 7]) = (0x1F, 0xFF))));  // ends behind 65,535
        Assert.Equal(0, Begin(fragmenter, Changed(f => f[L3 + 6] = 0x20)));                       // more fragments, odd length
        Assert.Equal(0, Begin(fragmenter, new byte[10]));
        Assert.Equal(0, Begin(fragmenter, Frame(2001), new OffloadInfo { GsoType = GsoType.UdpSegmentation, GsoSize = 1000 }));
        Assert.Equal(0, fragmenter.Next(new FrameBatch(1)));
        Assert.Equal(2, Begin(fragmenter, Frame(2001)));
    }

    [Fact]
    public void Next_Metadata_IsThePackets()
    {
        FrameBatch batch = new(1);
        batch.TryAppend(Frame(2000));
        batch[0].Ingress = new PortId(3, 1);
        batch[0].Vlan = new VlanId(7);
        batch[0].Timestamp = 99;
        FrameBatch into = new(4);
        var fragmenter = new IPv4Fragmenter();
        Assert.Equal(2, fragmenter.Begin(batch, 0, L3, 1500));
        Assert.Equal(2, fragmenter.Next(into));
        Assert.Equal(0, fragmenter.Next(into));
        for (int i = 0; i < into.Count; i++)
        {
            Assert.Equal((batch[0].Ingress, batch[0].Vlan, 99), (into[i].Ingress, into[i].Vlan, into[i].Timestamp));
        }
    }

    [Fact]
    public void Everything_RandomOctets_NeverThrows()
    {
        var random = new Random(791);
        var octets = new byte[400];
        var batch = new FrameBatch(1);
        var into = new FrameBatch(64);
        var fragmenter = new IPv4Fragmenter();
        for (int round = 0; round < 100_000; round++)
        {
            random.NextBytes(octets);
            octets[L3] = (byte)(0x45 + random.Next(11));
            BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(L3 + 2), (ushort)random.Next(octets.Length));
            batch.Clear();
            batch.TryAppend(octets.AsSpan(0, random.Next(octets.Length)));
            int expected = fragmenter.Begin(batch, 0, L3, random.Next(68, 200));
            into.Clear();
            Assert.Equal(expected, fragmenter.Next(into));
        }
    }

    private static int Begin(IPv4Fragmenter fragmenter, byte[] frame, OffloadInfo offload = default)
    {
        var batch = new FrameBatch(1);
        batch.TryAppend(frame, offload);
        return fragmenter.Begin(batch, 0, L3, 1500);
    }

    private static List<byte[]> Fragment(byte[] frame, int mtu, int l3, OffloadInfo offload = default)
    {
        var batch = new FrameBatch(1);
        Assert.True(batch.TryAppend(frame, offload));
        var into = new FrameBatch(3); // a small one shows the resuming
        var fragmenter = new IPv4Fragmenter();
        int expected = fragmenter.Begin(batch, 0, l3, mtu);
        var fragments = new List<byte[]>();
        while (fragmenter.Next(into) > 0)
        {
            fragments.AddRange(into.Frames());
            into.Clear();
        }

        Assert.Equal(expected, fragments.Count);
        return fragments;
    }

    private static bool IsLegal(byte[] fragment, int mtu)
    {
        ReadOnlySpan<byte> packet = fragment.AsSpan(L3);
        bool isLast = (packet[6] & 0x20) == 0;
        return packet.Length <= mtu
            && IPv4Header.TryReadChecked(packet, out IPv4Header ip)
            && ip.TotalLength == packet.Length
            && (isLast || (packet.Length - ip.HeaderLength) % 8 == 0);
    }

    // As RFC 791, section 3.2, has it, in the wrong order, with none of the product's code.
    private static byte[] Reassemble(IEnumerable<byte[]> fragments)
    {
        var payload = new byte[65_536];
        var seen = new bool[65_536];
        byte[] header = [];
        int total = -1;
        foreach (byte[] fragment in fragments.Reverse())
        {
            int headerLength = (fragment[L3] & 0xF) * 4;
            int word = BinaryPrimitives.ReadUInt16BigEndian(fragment.AsSpan(L3 + 6));
            int offset = (word & 0x1FFF) * 8;
            byte[] part = fragment[(L3 + headerLength)..];
            part.CopyTo(payload, offset);
            Assert.DoesNotContain(true, seen.AsSpan(offset, part.Length).ToArray());
            seen.AsSpan(offset, part.Length).Fill(true);
            total = (word & 0x2000) == 0 ? offset + part.Length : total;
            header = offset == 0 ? fragment[..(L3 + headerLength)] : header;
        }

        Assert.DoesNotContain(false, seen.AsSpan(0, total).ToArray());
        byte[] frame = [.. header, .. payload[..total]];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(L3 + 2), (ushort)(frame.Length - L3));
        frame[L3 + 6] &= 0xDF;
        FixChecksum(frame);
        return frame;
    }

    private static byte[] Frame(int payload)
    {
        byte[] frame = new FrameBuilder().Udp("10.0.0.1", "10.9.0.1", payload).Build();
        frame[L3 + 6] = 0; // no DF
        FixChecksum(frame);
        return frame;
    }

    private static byte[] Changed(Action<byte[]> change)
    {
        byte[] frame = Frame(2001);
        change(frame);
        return frame;
    }

    private static byte[] WithOptions(byte[] plain, byte[] options)
    {
        byte[] frame = [.. plain[..(L3 + 20)], .. options, .. plain[(L3 + 20)..]];
        frame[L3] += (byte)(options.Length / 4);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(L3 + 2), (ushort)(frame.Length - L3));
        FixChecksum(frame);
        return frame;
    }

    private static void FixChecksum(byte[] frame)
    {
        Span<byte> header = frame.AsSpan(L3, (frame[L3] & 0xF) * 4);
        header[10] = header[11] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], NaiveChecksums.Of(header));
    }
}
