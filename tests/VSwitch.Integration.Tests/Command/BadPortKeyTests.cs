using VSwitch.AccessControl;
using VSwitch.Devices.Filters;
using VSwitch.Tool.Ports;

namespace VSwitch.Integration.Tests.Command;

/// <summary>Keys of ports that can't be meant: a line each, with cause and cure.</summary>
[Trait("Fault", "53")]
public sealed class BadPortKeyTests
{
    private const string NoList = "no list of VLANs from 1 to 4094";

    [Theory]
    [InlineData("access=0", "access '0' is not a VLAN from 1 to 4094")]
    [InlineData("access=4095", "access '4095' is not a VLAN from 1 to 4094")]
    [InlineData("access=ten", "access 'ten' is not a VLAN from 1 to 4094")]
    [InlineData("access", "'access' is not key=value: write access=VID")]
    [InlineData("access=10,access=10", "access is there twice")]
    [InlineData("trunk=", NoList)]
    [InlineData("trunk=none", NoList)]
    [InlineData("trunk=10+", NoList)]
    [InlineData("trunk=40-30", NoList)]
    [InlineData("trunk=1-4095", NoList)]
    [InlineData("trunk=10,native=0", "native '0' is not a VLAN from 1 to 4094")]
    [InlineData("trunk=10,native=4095", "native '4095' is not a VLAN from 1 to 4094")]
    [InlineData("trunk=10,native=1,native-tagged=yes", "native-tagged is on or off, not 'yes'")]
    [InlineData("tunnel=4095", "tunnel '4095' is not a VLAN from 1 to 4094")]
    [InlineData("tpid=0x9100", "tpid '0x9100' makes no tag: write 0x8100 (802.1q) or 0x88a8 (802.1ad)")]
    [InlineData("translate=110", "no list of WIRE:INSIDE")]
    [InlineData("translate=110:0", "no list of WIRE:INSIDE")]
    [InlineData("translate=110:10+110:20", "a VLAN twice on one side: give each one number")]
    [InlineData("translate=110:10+120:10", "a VLAN twice on one side: give each one number")]
    [InlineData("accept=none", "accept is all, tagged or untagged, not 'none'")]
    [InlineData("isolated=maybe", "isolated is on or off, not 'maybe'")]
    [InlineData("hairpin=", "hairpin is on or off, not ''")]
    [InlineData("limit=-1", "limit '-1' is not a number from 0 to 1048576")]
    [InlineData("limit=1048577", "limit '1048577' is not a number from 0 to 1048576")]
    [InlineData("limit=1:protect", "with :drop, :flood or :shutdown behind it")]
    [InlineData("limit=1:drop:drop", "is not a number from 0 to 1048576")]
    [InlineData("station=01:00:5e:00:00:01", "station '01:00:5e:00:00:01' is not MAC or MAC@VID")]
    [InlineData("station=02:00:00:00:00:01@0", "is not MAC or MAC@VID of one station, such as 02:00:00:00:00:01@10")]
    [InlineData("station=nobody", "station 'nobody' is not MAC or MAC@VID")]
    [InlineData("police=100", "police '100' is not a rate such as 100mbit, 1gbit:128k or 1000pps:50")]
    [InlineData("storm=0pps", "storm '0pps' is not a rate")]
    [InlineData("storm-unknown=fast", "storm-unknown 'fast' is not a rate")]
    [InlineData("reserved=peer", "peer needs a program that speaks the protocol")]
    [InlineData("reserved=lldp:peer", "peer needs a program that speaks the protocol")]
    [InlineData("reserved=deny", "reserved 'deny' is not standard, pass or drop")]
    [InlineData("reserved=lldp:pass+drop", "such as drop+lldp:pass")]
    [InlineData("reserved=cdp:pass", "'cdp' is not one of stp, lacp, eapol, lldp, mmrp, mvrp, nor a last octet from 00 to 2f")]
    [InlineData("reserved=30:pass", "'30' is not one of stp")]
    [InlineData("reserved=lldp:pass+0e:drop", "0e is there twice")]
    [InlineData("mirror-to=", "mirror-to is the name of a port")]
    [InlineData("mirror-to=span:sideways", "the direction is in, out or both, not 'sideways'")]
    [InlineData("guard=yes", "guard is on or off, not 'yes'")]
    [InlineData("colour", "unknown key 'colour': the keys are netns, address,")]
    [InlineData("colour=red", "mirror-to")]
    public void Key_WithABadValue_IsRefused(string keys, string problem) => AssertRefused($"tap:t0,{keys}", problem);

    [Theory]
    [InlineData("access=10,trunk=20", "access and trunk contradict each other: leave one of them away")]
    [InlineData("trunk=20,tunnel=10", "trunk and tunnel contradict each other")]
    [InlineData("access=10,tunnel=10", "access and tunnel contradict each other")]
    [InlineData("access=10,translate=110:10", "access and translate contradict each other")]
    [InlineData("tunnel=10,translate=110:10", "tunnel and translate contradict each other")]
    [InlineData("tunnel=10,tpid=802.1ad", "tunnel and tpid contradict each other")]
    [InlineData("native=1", "native needs trunk: add trunk=, or leave native away")]
    [InlineData("trunk=10,native-tagged", "native-tagged needs native: add native=, or leave native-tagged away")]
    [InlineData("access=10,accept=tagged", "accept=tagged lets nothing into access=10")]
    [InlineData("tunnel=10,accept=tagged", "accept=tagged lets nothing into tunnel=10")]
    [InlineData("trunk=10,accept=untagged", "accept=untagged needs a VLAN for frames without a tag: add native=VID")]
    [InlineData("trunk=10,accept=all", "accept=all needs a VLAN for frames without a tag: add native=VID")]
    [InlineData("trunk=10,translate=110:20", "translate 110:20: VLAN 20 is not one of trunk=10: add it there")]
    [InlineData("trunk=10,station=02:00:00:00:00:01", "station 02:00:00:00:00:01 is in no VLAN")]
    [InlineData("access=10,station=02:00:00:00:00:01@20", "the port does not carry VLAN 20: write one of 10")]
    [InlineData("sticky,learning=off", "sticky is about what is learned, and learning=off learns nothing")]
    [InlineData("limit=1,learning=off", "limit is about what is learned, and learning=off learns nothing")]
    public void Keys_ThatContradictEachOther_AreRefusedByName(string keys, string problem) => AssertRefused($"tap:t0,{keys}", problem);

    [Theory]
    [InlineData("access=10")]
    [InlineData("trunk=all")]
    [InlineData("tunnel=10")]
    [InlineData("hairpin")]
    [InlineData("station=02:00:00:00:00:01")]
    [InlineData("storm=1kpps")]
    [InlineData("reserved=pass")]
    [InlineData("mirror-to=a")]
    [InlineData("guard=off")]
    public void Tun_WithAKeyAboutEthernet_IsRefused(string key) =>
        AssertRefused($"tun:t0,{key}", $"{key.Split('=')[0]} is about Ethernet frames, and a tun has bare packets: leave it away, or make the port a tap");

    [Fact]
    public void SeveralProblems_AreAllReported()
    {
        var problems = new List<string>();
        Assert.Empty(PortSpecParser.ParseAll(["tap:t0,access=0,trunk=20,limit=x,colour", "tap:t1,native=1"], problems));
        Assert.Equal(5, problems.Count);
    }

    [Fact]
    public void AccessList_ThatIsWrong_IsReportedWithFileAndLine()
    {
        Assert.SkipUnless(PcapFilter.IsAvailable, "no libpcap: install the package libpcap0.8");
        using TemporaryFile file = new("permit\nallow ip\n\ndeny no such thing\n");
        var problems = new List<string>();
        Assert.Empty(PortSpecParser.ParseAll([$"tap:t0,acl-in={file.Path}"], problems));
        Assert.Equal(2, problems.Count);
        Assert.Contains($"acl-in: {file.Path}:2: 'allow' is no action: write permit or deny", problems[0], StringComparison.Ordinal);
        Assert.Contains($"acl-in: {file.Path}:4: ", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public void AccessList_ThatIsNoText_IsRefused()
    {
        using TemporaryFile file = new([0xFF, 0xFE, 0x00]);
        AssertRefused($"tap:t0,acl-out={file.Path}", "is not text in UTF-8");
    }

    [Fact]
    public void AccessList_ThatIsTooLong_IsRefused()
    {
        using TemporaryFile file = new(new string('#', AccessListParser.MaxOctets + 1));
        AssertRefused($"tap:t0,acl-in={file.Path}", "has more than 1048576 octets");
    }

    [Theory]
    [InlineData("acl-in=/nonexistent/list", "/nonexistent/list can't be read")]
    [InlineData("acl-in=/dev/zero", "has more than 1048576 octets")] // it never ends
    [InlineData("acl-in=/", "/ is a directory")]
    [InlineData("acl-in=", "the path of a file is missing")]
    public void AccessList_ThatCannotBeRead_IsRefused(string key, string problem) => AssertRefused($"tap:t0,{key}", problem);

    private static void AssertRefused(string port, string problem)
    {
        var problems = new List<string>();
        Assert.Empty(PortSpecParser.ParseAll([port], problems));
        string line = Assert.Single(problems);
        Assert.StartsWith($"port '{port}': ", line, StringComparison.Ordinal);
        Assert.Contains(problem, line, StringComparison.Ordinal);
    }
}
