using System.Net.Sockets;
using VSwitch.Frames;

namespace VSwitch.Integration.Tests.Traffic;

[Collection(Collections.Heavy)]
public class UdpTests
{
    private const int SOL_UDP = 17;
    private const int UDP_SEGMENT = 103; // linux/udp.h

    [Theory]
    [InlineData(AddressFamily.InterNetwork, true, true)]
    [InlineData(AddressFamily.InterNetwork, true, false)]
    [InlineData(AddressFamily.InterNetwork, false, true)]
    [InlineData(AddressFamily.InterNetworkV6, true, true)]
    [InlineData(AddressFamily.InterNetworkV6, true, false)]
    public async Task Datagrams_OfAllLengths_ComeBackAsSent(AddressFamily family, bool firstOffload, bool secondOffload)
    {
        await using SwitchLab lab = new(2, (i, spec) => spec with { Offload = i == 0 ? firstOffload : secondOffload });
        using Socket echo = lab[1].Socket(family, SocketType.Dgram);
        using Socket sender = lab[0].Socket(family, SocketType.Dgram);
        sender.Connect(echo.LocalEndPoint!);
        Task echoing = Datagrams.Echo(echo);
        uint number = 0;
        foreach (int length in Datagrams.Lengths)
        {
            for (int i = 0; i < 20; i++)
            {
                await Datagrams.RoundTrip(sender, Datagrams.Make(number++, length));
            }
        }

        echo.Dispose();
        await Bounded.Within(echoing);
        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[0]));
        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[1]));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, true)]
    [InlineData(AddressFamily.InterNetwork, false)]
    [InlineData(AddressFamily.InterNetworkV6, true)]
    [InlineData(AddressFamily.InterNetworkV6, false)]
    [Trait("Fault", "15")]
    public async Task SuperDatagram_SegmentedByTheKernelOrBySwitch_EachArrivesAsSent(AddressFamily family, bool receiverOffload)
    {
        const int Segment = 1200;
        const int Segments = 40;
        await using SwitchLab lab = new(2, (i, spec) => spec with { Offload = i == 0 || receiverOffload });
        using Socket receiver = lab[1].Socket(family, SocketType.Dgram);
        receiver.ReceiveBufferSize = 4 << 20;
        using Socket sender = lab[0].Socket(family, SocketType.Dgram);
        sender.Connect(receiver.LocalEndPoint!);
        sender.SetRawSocketOption(SOL_UDP, UDP_SEGMENT, BitConverter.GetBytes(Segment));
        byte[] sent = [.. Enumerable.Range(0, Segments).SelectMany(i => Datagrams.Make((uint)i, Segment))];

        HashSet<uint> seen = [];
        await Bounded.Until(
            () =>
            {
                sender.Send(sent);
                Datagrams.Collect(receiver, seen, Segment);
                return seen.Count == Segments;
            },
            "each segment has arrived once");
        if (lab.Port(0).Device.Capabilities.ReceiveOffloads.HasFlag(OffloadKinds.Uso))
        {
            Assert.True(lab.Counters(0).ReceivedOctets / lab.Counters(0).ReceivedFrames > Segment, "the super-datagrams came in whole");
        }

        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[1]));
    }
}
