using System.Net;
using VSwitch.AccessControl;
using VSwitch.Classifying;
using VSwitch.TestKit;
using VSwitch.Tests.Devices;
using VSwitch.Wire;

namespace VSwitch.Tests.AccessControl;

/// <summary>Nothing is allocated for a frame.</summary>
[Collection(nameof(Alone))]
public sealed class AccessListAllocationTests
{
    [Fact]
    public void Permits_AllocatesNothing()
    {
        var usesScratch = Programs.Of(new(0x80, 0, 0, 0), new(0x02, 0, 0, 3), new(0x60, 0, 0, 3), new(0x15, 0, 1, 1), new(0x06, 0, 0, 1), new(0x06, 0, 0, 0));
        var list = new AccessList(
            "acl",
            [
                AccessRule.Deny(Programs.ArpOnly, "arp"),
                AccessRule.Deny(usesScratch, "len = 1"),
                AccessRule.Deny(ClassifierRule.All.From(IPNetwork.Parse("10.9.0.0/16"), IPNetwork.Parse("fe00::/8")).Vlan(1, 2, 3)),
                AccessRule.Deny(ClassifierRule.All.Where(f => f.TimeToLive == 1)),
                AccessRule.Permit(ClassifierRule.All.Protocol(IpProtocol.Tcp).DestinationPortRange(80, 90).TcpFlags(TcpFlags.None, TcpFlags.Rst)),
            ]);
        byte[][] frames =
        [
            new FrameBuilder().Tcp("10.0.0.1", "10.0.0.2", 10, new TcpFields { DestinationPort = 80 }).Build(),
            new FrameBuilder().Vlan(2).Udp("fd00::1", "fd00::2", 10).Build(),
            new FrameBuilder().Type(EtherType.Arp).Build(),
            [],
        ];
        AskAll(list, frames);
        long before = GC.GetAllocatedBytesForCurrentThread();
        AskAll(list, frames);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);
        Assert.Equal(2 * 10_000, list.Hits[^1].Frames);
    }

    private static void AskAll(AccessList list, byte[][] frames)
    {
        for (int i = 0; i < 10_000; i++)
        {
            foreach (byte[] frame in frames)
            {
                list.Permits(frame);
            }
        }
    }
}
