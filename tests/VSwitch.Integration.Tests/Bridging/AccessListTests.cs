using System.Net;
using System.Net.Sockets;
using VSwitch.AccessControl;
using VSwitch.Devices.Filters;
using VSwitch.Frames;
using VSwitch.Policies;
using VSwitch.TestKit;
using static VSwitch.Integration.Tests.Bridging.Frames;

namespace VSwitch.Integration.Tests.Bridging;

/// <summary>Access lists of expressions that libpcap compiled, against what a kernel sends.</summary>
public class AccessListTests
{
    private const int Denied = 2323;
    private const int Other = 2424;

    [Fact]
    public async Task DeniedTcpPort_CannotBeReached_OthersCan_AndRulesCountExactly()
    {
        const int Segments = 10;
        const int Datagrams = 7;
        if (!PcapFilter.IsAvailable)
        {
            Assert.Skip("no libpcap: install the package libpcap0.8");
        }

        AccessList list = AccessListParser.Parse(
            "lab", $"deny tcp dst port {Denied}\npermit udp dst port {Denied}\npermit", text => PcapFilter.Compile(text));
        await using SwitchLab lab = new(2, plug: i => With(new PortPolicy { IngressAccess = i == 0 ? list : null }));
        using Socket closed = Listen(lab, Denied);
        using Socket open = Listen(lab, Other);
        using PacketSocket a = lab[0].Packets();
        string from = $"{lab[0].IPv4}";
        string to = $"{lab[1].IPv4}";
        for (int i = 0; i < Segments; i++)
        {
            a.Send(Packet(lab).Tcp(from, to, payload: 10, new TcpFields { DestinationPort = Denied }).Build());
        }

        for (int i = 0; i < Datagrams; i++)
        {
            a.Send(Packet(lab).Udp(from, to, payload: 10, destinationPort: Denied).Build());
        }

        await lab.Reach(0, 1); // ICMP
        Assert.Equal([Segments, Datagrams], list.Hits.Take(2).Select(h => (int)h.Frames));

        using (Socket connected = lab[0].Socket(AddressFamily.InterNetwork, SocketType.Stream))
        {
            await Bounded.Within(connected.ConnectAsync(new IPEndPoint(lab[1].IPv4, Other), TestContext.Current.CancellationToken).AsTask());
        }

        using Socket refused = lab[0].Socket(AddressFamily.InterNetwork, SocketType.Stream);
        Task connecting = refused.ConnectAsync(new IPEndPoint(lab[1].IPv4, Denied), TestContext.Current.CancellationToken).AsTask();
        await Bounded.Until(() => list.Hits[0].Frames >= Segments + 2, "it has tried twice");
        Assert.False(connecting.IsCompleted || closed.Poll(0, SelectMode.SelectRead), "it is connected");
        refused.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => Bounded.Within(connecting));

        await lab.Host.DisposeAsync(); // nothing is under way any more
        Assert.Equal(list.Hits[0].Frames, lab.Switch.GetTotals().Drops(DropReason.AccessDenied));
        Assert.Equal(0, list.ImplicitDenies + list.RuleFaults);
    }

    [Fact]
    public async Task ListAtEgress_KeepsBackWhatItDenies()
    {
        if (!PcapFilter.IsAvailable)
        {
            Assert.Skip("no libpcap: install the package libpcap0.8");
        }

        AccessList list = AccessListParser.Parse("lab", $"deny udp dst port {Denied}\npermit", text => PcapFilter.Compile(text));
        await using SwitchLab lab = new(2, plug: i => With(new PortPolicy { EgressAccess = i == 1 ? list : null }));
        using PacketSocket a = lab[0].Packets();
        using PacketSocket b = lab[1].Packets();
        byte[] denied = Packet(lab).Udp($"{lab[0].IPv4}", $"{lab[1].IPv4}", payload: 10, destinationPort: Denied).Build();
        byte[] passing = Packet(lab).Udp($"{lab[0].IPv4}", $"{lab[1].IPv4}", payload: 10, destinationPort: Other).Build();
        a.Send(denied);
        a.Send(passing);
        Assert.DoesNotContain(b.ReceiveUntil(f => Is(f, passing), "the frame behind it"), f => Is(f, denied));
        Assert.Equal(1, lab.Counters(1).Drops(DropReason.EgressAccessDenied));
        Assert.Equal(1, list.Hits[0].Frames);
    }

    private static FrameBuilder Packet(SwitchLab lab) => new FrameBuilder().From(lab[0].Mac).To(lab[1].Mac);

    private static Socket Listen(SwitchLab lab, int port)
    {
        Socket listener = lab[1].Socket(AddressFamily.InterNetwork, SocketType.Stream, port);
        listener.Listen();
        return listener;
    }
}
