using VSwitch.Captures.Comparing.Fields;
using VSwitch.Captures.Files;
using VSwitch.TestKit;

namespace VSwitch.Captures.Tests.Comparing;

public class FrameLayoutTests
{
    /// <summary>Whatever comes: each bit belongs to one field, in order, and nothing throws.</summary>
    [Fact]
    public void Read_HostileFrames_EachBitIsInOneField()
    {
        Random random = new(7);
        byte[][] seeds =
        [
            new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 8, new TcpFields(OptionOctets: 40)).Build(),
            new FrameBuilder().Vlan(1).Vlan(2).Udp("fd00::1", "fd00::2", 8).Extensions(0, 43, 60, 44).Build(),
            new FrameBuilder().Echo("10.0.0.1", "10.0.0.2").Options(1, 1, 1, 0).Build(),
            new FrameBuilder().ArpRequest("10.0.0.1", "10.0.0.2").Padding(18).Build(),
        ];
        LinkType[] links = [LinkType.Ethernet, LinkType.Raw, LinkType.Null];
        FrameLayout layout = new();
        FrameMask mask = new(ComparedFields.All.Select(f => f.Name));
        for (int round = 0; round < 60_000; round++)
        {
            byte[] frame = [.. seeds[random.Next(seeds.Length)]];
            LinkType link = links[random.Next(links.Length)];
            frame = link == LinkType.Raw && frame.Length > 14 ? frame[14..] : frame;
            for (int i = random.Next(6); i > 0; i--)
            {
                frame[random.Next(Math.Min(frame.Length, 80))] = (byte)random.Next(256);
            }

            frame = frame[..random.Next(frame.Length + 1)];
            layout.Read(link, frame);
            int bit = 0;
            foreach (FieldSlice slice in layout.Slices)
            {
                Assert.Equal(bit, slice.Bit);
                Assert.True(slice.Bits > 0);
                bit += slice.Bits;
            }

            Assert.Equal(frame.Length * 8, bit);
            mask.Clear(layout, frame);
            Assert.All(frame, octet => Assert.Equal(0, octet));
        }
    }

    [Theory]
    [InlineData("frame[14:20]", true)]
    [InlineData("frame[0]", true)]
    [InlineData("frame[3:0]", false)]
    [InlineData("frame[-1]", false)]
    [InlineData("frame[]", false)]
    [InlineData("frame[", false)]
    [InlineData("frame[1:2:3]", false)]
    [InlineData("frame[99999999999]", false)]
    [InlineData("", false)]
    [InlineData("IP.TTL", false)]
    [InlineData("ip.ttl", true)]
    [InlineData("checksums", true)]
    public void IsKnown_Names_AndRanges(string name, bool isKnown) => Assert.Equal(isKnown, ComparedFields.IsKnown(name));
}
