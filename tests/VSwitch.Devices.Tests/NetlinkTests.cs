using System.Net;
using VSwitch.Devices.Netlink;
using VSwitch.Identifiers;

namespace VSwitch.Devices.Tests;

public class NetlinkTests
{
    [Theory]
    [InlineData("10.0.0.1/24", "10.0.0.0/24")]
    [InlineData("10.1.2.3", "10.1.2.3/32")]
    [InlineData("10.255.255.255/0", "0.0.0.0/0")]
    [InlineData("192.0.2.129/25", "192.0.2.128/25")]
    [InlineData("fd00::1/64", "fd00::/64")]
    [InlineData("2001:db8:ffff::1/33", "2001:db8:8000::/33")]
    [InlineData("::1", "::1/128")]
    public void IpPrefix_Parse_KeepsHostBits(string text, string network)
    {
        IpPrefix prefix = IpPrefix.Parse(text);
        Assert.Equal(text.Contains('/', StringComparison.Ordinal) ? text : network, prefix.ToString());
        Assert.Equal(IpPrefix.Parse(network), prefix.Network);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10.1/8")]
    [InlineData("10.0.0.1/33")]
    [InlineData("10.0.0.1/-1")]
    [InlineData("10.0.0.1/")]
    [InlineData("10.0.0.1/+4")]
    [InlineData("fd00::1/129")]
    [InlineData("fe80::1%eth0/64")]
    [InlineData("[::1]/64")]
    [InlineData("10.0.0.256/24")]
    public void IpPrefix_TryParse_Nonsense_IsFalse(string text)
    {
        Assert.False(IpPrefix.TryParse(text, null, out _));
        Assert.Throws<FormatException>(() => IpPrefix.Parse(text));
    }

    [Fact]
    public void Readers_RandomOctets_EndWithoutThrowing()
    {
        Random random = new(4711);
        byte[] octets = new byte[512];
        for (int i = 0; i < 50_000; i++)
        {
            random.NextBytes(octets);
            int length = random.Next(octets.Length);
            for (int k = 0; k < length; k += random.Next(1, 64))
            {
                octets[k] &= 0x3F; // plausible lengths go deeper
                octets[Math.Min(k + 1, length)] = 0;
            }

            NetlinkReader reader = new(octets.AsSpan(0, length));
            int messages = 0;
            while (reader.MoveNext())
            {
                _ = LinkInfo.Read(reader.Payload);
                messages++;
            }

            Assert.InRange(messages, 0, length / NetlinkWriter.HeaderLength);
            _ = LinkInfo.Read(octets.AsSpan(0, length));
        }
    }

    [Fact]
    public void Writer_ReadBack_IsTheSame()
    {
        NetlinkWriter writer = new(stackalloc byte[128], RtMessage.NewLink, NetlinkFlags.Request);
        writer.Fixed(new IfInfoMsg { Index = 7, Flags = 0x10001 });
        writer.Attribute(LinkAttribute.Name, "tap0");
        writer.Attribute(LinkAttribute.Mtu, 9000);
        writer.Attribute(LinkAttribute.Address, [2, 0, 0, 0, 0, 1]);
        NetlinkReader reader = new(writer.Finish(42));

        Assert.True(reader.MoveNext());
        Assert.Equal((RtMessage.NewLink, 42u), (reader.Type, reader.Sequence));
        LinkInfo link = LinkInfo.Read(reader.Payload)!;
        Assert.Equal((7, "tap0", 9000, true, true), (link.Index, link.Name, link.Mtu, link.IsUp, link.HasCarrier));
        Assert.Equal(MacAddress.Parse("02:00:00:00:00:01"), link.HardwareAddress);
        Assert.False(reader.MoveNext());
    }

    [Fact]
    public void Writer_TooLong_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() =>
    {
        NetlinkWriter writer = new(stackalloc byte[32], RtMessage.NewLink, NetlinkFlags.Request);
        writer.Attribute(1, new byte[32]);
    });

    [Fact]
    public void Namespace_Create_RunsInside_AndDeleteTakesItAway()
    {
        using TestNamespace ns = new();
        string here = NetworkNamespace.CurrentIdentity();
        Assert.NotEqual(here, ns.Run(NetworkNamespace.CurrentIdentity));
        Assert.Equal(here, NetworkNamespace.CurrentIdentity());
        LinuxException taken = Assert.Throws<LinuxException>(() => NetworkNamespace.Create(ns.Name));
        Assert.Equal(Errno.EEXIST, taken.Errno);
        Assert.Throws<LinuxException>(() => NetworkNamespace.Create("a/b"));
        NetworkNamespace.Delete(ns.Name);
        NetworkNamespace.Delete(ns.Name);
        Assert.Throws<LinuxException>(() => NetworkNamespace.Open(ns.Name));
    }

    [Fact]
    public void Route_Failures_NameTheInterface()
    {
        using TestNamespace ns = new();
        LinuxException none = Assert.Throws<LinuxException>(() => ns.Link("nope0"));
        Assert.Equal("nope0: RTM_GETLINK: No such device: look at: ip link", none.Message);
        Assert.Null(ns.TryLink("nope0"));
        ns.Do(route => route.SetUp(route.GetLink("lo"), true));
        Assert.True(ns.Link("lo").IsUp);
        LinuxException gateway = Assert.Throws<LinuxException>(() => ns.Do(
            route => route.AddRoute(route.GetLink("lo"), IpPrefix.Parse("192.0.2.0/24"), IPAddress.Parse("203.0.113.1"))));
        Assert.StartsWith("lo: RTM_NEWROUTE 192.0.2.0/24 via 203.0.113.1: ", gateway.Message, StringComparison.Ordinal);
    }
}
