using VSwitch.Captures.Rewriting;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Rewriting;

public sealed class FrameRewriterTests
{
    private static readonly MacAddress s_station = MacAddress.Parse("02:00:00:00:00:aa"), s_other = MacAddress.Parse("02:00:00:00:00:bb");

    private static AddressMap Map(string from, string to) => new(IpPrefix.Parse(from), IpPrefix.Parse(to));

    private static FrameBuilder Udp => new FrameBuilder().From("02:00:00:00:00:01").To("02:00:00:00:00:02").Udp("10.0.0.1", "10.0.0.2", 20);

    /// <summary>A packet that was built with the new values has the checksums that the rewriter's update gives.</summary>
    [Theory]
    [InlineData("10.0.0.1", "10.0.0.2", "10.0.0.0/8", "192.168.0.0/16", "192.168.0.1", "192.168.0.2")]
    [InlineData("fd00::1", "fd00::2", "fd00::/16", "2001:db8::/32", "2001:db8::1", "2001:db8::2")]
    public void Maps_MoveBothAddresses_ChecksumsStayRight(string source, string destination, string from, string to, string newSource, string newDestination)
    {
        var options = new RewriteOptions { Maps = [Map(from, to)] };
        Assert.Equal(new FrameBuilder().Udp(newSource, newDestination, 21).Build(), Rewritten.By(options, new FrameBuilder().Udp(source, destination, 21).Build()));
        Assert.Equal(new FrameBuilder().Tcp(newSource, newDestination, 5).Build(), Rewritten.By(options, new FrameBuilder().Tcp(source, destination, 5).Build()));
    }

    [Fact]
    public void Checksums_ThatWereWrong_StayAsWrong()
    {
        byte[] frame = Udp.Build();
        byte[] wrong = [.. frame];
        wrong[40] ^= 0x55; // the UDP checksum
        wrong[24] ^= 0x0F; // the IPv4 checksum
        var options = new RewriteOptions { Maps = [Map("10.0.0.0/8", "11.0.0.0/8")], PortMaps = [new(1024, 1024, 99)], Ttl = new(TtlChangeKind.Lower, 3) };
        byte[] kept = Rewritten.By(options, wrong), fixedOnes = Rewritten.By(options with { FixChecksums = true }, wrong);
        Assert.NotEqual(Rewritten.By(options, frame), kept);
        Assert.Equal(Rewritten.By(options, frame), fixedOnes);
    }

    [Fact]
    public void UdpChecksum_OfZero_StaysZero()
    {
        byte[] frame = Udp.Build();
        frame[40] = frame[41] = 0;
        byte[] result = Rewritten.By(new() { Maps = [Map("10.0.0.0/8", "11.0.0.0/8")], FixChecksums = true }, frame);
        Assert.Equal((0, 0), (result[40], result[41]));
    }

    [Fact]
    public void Vlan_AddedAndDeleted_IsTheFrameAgain()
    {
        byte[] frame = Udp.Build();
        byte[] tagged = Rewritten.By(new() { Vlan = new() { Kind = VlanEditKind.Add, Vlan = new(100), Priority = 3 } }, frame);
        Assert.Equal(Udp.Vlan(100, 3).Build(), tagged);
        Assert.Equal(frame, Rewritten.By(new() { Vlan = new() { Kind = VlanEditKind.Delete } }, tagged));
        Assert.Equal(frame, Rewritten.By(new() { Vlan = new() { Kind = VlanEditKind.Delete } }, frame));
    }

    [Fact]
    public void Vlan_Mapped_ChangesThatVidOnly()
    {
        var options = new RewriteOptions { Vlan = new() { Kind = VlanEditKind.Change, Map = [(new(100), new(200)), (new(100), new(300))] } };
        Assert.Equal(Udp.Vlan(200, 5).Build(), Rewritten.By(options, Udp.Vlan(100, 5).Build()));
        Assert.Equal(Udp.Vlan(101, 5).Build(), Rewritten.By(options, Udp.Vlan(101, 5).Build()));
        Assert.Equal(Udp.Build(), Rewritten.By(options, Udp.Build()));
    }

    [Fact]
    public void Sides_GetTheirValues()
    {
        var options = new RewriteOptions { DestinationMac = new(s_station, s_other), Endpoints = (IpPrefix.Parse("1.1.1.1"), IpPrefix.Parse("2.2.2.2")) };
        FrameBuilder expected = new FrameBuilder().From("02:00:00:00:00:01");
        Assert.Equal(expected.To(s_station).Udp("1.1.1.1", "2.2.2.2", 20).Build(), Rewritten.By(options, Udp.Build()));
        Assert.Equal(
            new FrameBuilder().From("02:00:00:00:00:01").To(s_other).Udp("2.2.2.2", "1.1.1.1", 20).Build(), Rewritten.By(options, Udp.Build(), RewriteSide.Secondary));
    }

    [Fact]
    public void Seed_GivesHostsOthers_NoTwoTheSame_AndBothWaysTheSame()
    {
        var options = new RewriteOptions { AddressSeed = 7, MacSeed = 7 };
        var seen = new HashSet<string>();
        for (int i = 0; i < 2000; i++)
        {
            string host = $"10.1.{i / 250}.{(i % 250) + 1}";
            byte[] there = Rewritten.By(options, new FrameBuilder().From(new MacAddress(0x0200_0000_0000UL + (ulong)i)).Udp(host, "10.2.0.1", 8).Build());
            byte[] back = Rewritten.By(options, new FrameBuilder().To(new MacAddress(0x0200_0000_0000UL + (ulong)i)).Udp("10.2.0.1", host, 8).Build());
            Assert.Equal(there[26..30], back[30..34]);
            Assert.Equal(there[6..12], back[..6]);
            Assert.InRange(there[26], 1, 223);
            Assert.Equal(0, there[6] & 1);
            Assert.True(seen.Add(Convert.ToHexString(there.AsSpan(26, 4))));
            Assert.True(seen.Add(Convert.ToHexString(there.AsSpan(6, 6))));
        }
    }

    [Fact]
    public void MacSeed_KeepsLeadingOctets()
    {
        byte[] frame = Udp.Build();
        byte[] result = Rewritten.By(new() { MacSeed = 1, MacSeedKeptOctets = 3 }, frame);
        Assert.Equal(frame[..3], result[..3]);
        Assert.NotEqual(frame[..6], result[..6]);
    }

    [Fact]
    public void UniqueAddresses_InALaterLoop_StayOneFlowInBothDirections()
    {
        var options = new RewriteOptions { UniqueAddresses = true };
        byte[] frame = Udp.Build();
        Assert.Equal(frame, Rewritten.By(options, frame));
        Assert.Equal(new FrameBuilder().From("02:00:00:00:00:01").To("02:00:00:00:00:02").Udp("9.255.255.254", "10.0.0.5", 20).Build(), Rewritten.By(options, frame, loop: 3));
        byte[] back = new FrameBuilder().Udp("10.0.0.2", "10.0.0.1", 20).Build();
        Assert.Equal(new FrameBuilder().Udp("10.0.0.5", "9.255.255.254", 20).Build(), Rewritten.By(options, back, loop: 3));
    }

    [Fact]
    public void FixLength_OfACutPacket_PadsCutsOrDeletes()
    {
        byte[] frame = Udp.Build();
        byte[] buffer = new byte[200];
        frame.AsSpan(0, 50).CopyTo(buffer);
        RewrittenFrame padded = new FrameRewriter(new() { FixLength = LengthRepair.Pad }).Rewrite(buffer, 50, (uint)frame.Length, RewriteSide.Primary);
        Assert.Equal(new(frame.Length, (uint)frame.Length, RewriteOutcome.Done), padded);
        Assert.Equal(-1, buffer.AsSpan(50, frame.Length - 50).IndexOfAnyExcept((byte)0));

        frame.AsSpan(0, 50).CopyTo(buffer);
        RewrittenFrame cut = new FrameRewriter(new() { FixLength = LengthRepair.Truncate }).Rewrite(buffer, 50, (uint)frame.Length, RewriteSide.Primary);
        Assert.Equal(new(50, 50, RewriteOutcome.Done), cut);
        Assert.Equal((36, 16), (buffer[17], buffer[39])); // the lengths of IPv4 and of UDP

        frame.AsSpan(0, 50).CopyTo(buffer);
        Assert.Equal(RewriteOutcome.Deleted, new FrameRewriter(new() { FixLength = LengthRepair.Delete }).Rewrite(buffer, 50, (uint)frame.Length, RewriteSide.Primary).Outcome);
    }

    [Fact]
    public void Pad_BeyondTheBuffer_LeavesTheFrame()
    {
        byte[] frame = Udp.Build();
        byte[] buffer = [.. frame];
        var rewriter = new FrameRewriter(new() { FixLength = LengthRepair.Pad, Ttl = new(TtlChangeKind.Set, 1) });
        RewrittenFrame result = rewriter.Rewrite(buffer, frame.Length, uint.MaxValue, RewriteSide.Primary);
        Assert.Equal((RewriteOutcome.NoRoom, frame.Length), (result.Outcome, result.Length));
        Assert.Equal(frame, buffer);
        Assert.Equal(1, rewriter.Counters.NoRoom);
    }

    [Fact]
    public void Arp_FollowsMaps_NotSourceMaps()
    {
        byte[] frame = new FrameBuilder().From("02:00:00:00:00:01").ArpRequest("10.0.0.1", "10.0.0.2").Build();
        Assert.Equal(new FrameBuilder().From("02:00:00:00:00:01").ArpRequest("11.0.0.1", "11.0.0.2").Build(), Rewritten.By(new() { Maps = [Map("10.0.0.0/8", "11.0.0.0/8")] }, frame));
        Assert.Equal(frame, Rewritten.By(new() { SourceMaps = [Map("10.0.0.0/8", "11.0.0.0/8")] }, frame));
    }

    [Fact]
    public void Constructor_MapBetweenFamilies_Throws() =>
        Assert.Throws<ArgumentException>(() => new FrameRewriter(new() { Maps = [Map("10.0.0.0/8", "fd00::/8")] }));

    [Fact]
    public void Rewrite_AllocatesNothing()
    {
        var rewriter = new FrameRewriter(HostileFrameTests.Everything[0]);
        byte[] frame = Udp.Build(), buffer = new byte[2048];
        long before = 0;
        for (int i = 0; i < 300; i++)
        {
            before = i == 200 ? GC.GetAllocatedBytesForCurrentThread() : before;
            frame.AsSpan().CopyTo(buffer);
            rewriter.Rewrite(buffer, frame.Length, (uint)frame.Length, RewriteSide.Secondary);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);
    }
}
