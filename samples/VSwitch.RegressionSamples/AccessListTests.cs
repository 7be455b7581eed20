using VSwitch.AccessControl;
using VSwitch.Devices.Filters;
using VSwitch.Frames;
using VSwitch.Policies;

namespace VSwitch.RegressionSamples;

/// <summary>A rule set as a regression test: our access list lets DNS out, and nothing in but the answers.</summary>
public sealed class AccessListTests
{
    private static readonly AccessList s_out = AccessListParser.Parse("out", """
        permit arp
        permit udp dst port 53
        """, e => PcapFilter.Compile(e));

    private static readonly AccessList s_in = AccessListParser.Parse("in", """
        permit arp
        permit udp src port 53
        """, e => PcapFilter.Compile(e));

    [Fact]
    public void Guest_MayAskForNames_AndNothingElse()
    {
        Assert.SkipUnless(PcapFilter.IsAvailable, "libpcap is not there: apt-get install libpcap0.8");
        using var lab = new SwitchLab();
        LabPort guest = lab.AddPort("guest", new PortPolicy { IngressAccess = s_out, EgressAccess = s_in });
        LabPort uplink = lab.AddPort("uplink");
        byte[] query = guest.FrameTo(uplink).Ip("10.0.0.7", "10.0.0.53").Udp(40_000, 53).Payload("who is example.org").Build();
        byte[] answer = uplink.FrameTo(guest).Ip("10.0.0.53", "10.0.0.7").Udp(53, 40_000).Payload("nobody knows").Build();

        guest.Send(guest.FrameTo(uplink).ArpRequest("10.0.0.7", "10.0.0.53"));
        uplink.Send(uplink.FrameTo(guest).ArpReply("10.0.0.53", "10.0.0.7"));
        guest.Send(query);
        uplink.Send(answer);
        guest.Send(guest.FrameTo(uplink).Ip("10.0.0.7", "10.0.0.80").Tcp(40_001, 80));
        uplink.Send(uplink.FrameTo(guest).Ip("10.0.0.80", "10.0.0.7").Tcp(1024, 22));

        lab.Expect(uplink).Frames("arp", 1).InOrder(query).Nothing("tcp");
        lab.Expect(guest).Frames("arp", 1).InOrder(answer).Nothing("tcp")
            .Drops(DropReason.AccessDenied, 1)
            .Drops(DropReason.EgressAccessDenied, 1);
    }
}
