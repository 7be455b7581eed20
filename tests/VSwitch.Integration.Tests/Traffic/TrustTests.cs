using System.Net;
using System.Net.Sockets;
using VSwitch.Frames;

namespace VSwitch.Integration.Tests.Traffic;

/// <summary>A port that is not trusted: what Linux sends from the port of DHCP servers goes nowhere, and all else does.</summary>
public class TrustTests
{
    private const int DhcpServer = 67;
    private const int Other = 1067;

    [Fact]
    [Trait("Fault", "39")]
    public async Task UntrustedPort_OfferIsDropped_OtherDatagramsPass()
    {
        await using SwitchLab lab = new(shape: (i, spec) => spec with { Trusted = i != 0 });
        await lab.Reach(0, 1);
        using Socket rogue = lab[0].Socket(AddressFamily.InterNetwork, SocketType.Dgram, DhcpServer);
        using Socket honest = lab[0].Socket(AddressFamily.InterNetwork, SocketType.Dgram, Other);
        using Socket client = lab[1].Socket(AddressFamily.InterNetwork, SocketType.Dgram, Other);
        IPEndPoint to = new(lab[1].IPv4, Other);
        rogue.SendTo([1], to);
        honest.SendTo([2], to);

        var received = new byte[1];
        EndPoint from = new IPEndPoint(IPAddress.Any, 0);
        Assert.Equal(1, client.ReceiveFrom(received, ref from));
        Assert.Equal(2, received[0]); // the first to arrive, though it was sent second
        Assert.Equal(1, lab.Counters(0).Drops(DropReason.RogueServer));
    }
}
