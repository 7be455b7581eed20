using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using VSwitch.Frames;

namespace VSwitch.Integration.Tests.Traffic;

[Collection(Collections.Heavy)]
public class UdpTests
{
    private const int SOL_UDP = 17;
    private const int UDP_SEGMENT = 103; // linux/udp.h
    private static readonly int[] s_lengths = [4, 5, 1400, 1472, 1473, 2949, 8000, 32_768, 60_000, 65_000];

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
        Task echoing = Echo(echo);
        uint number = 0;
        foreach (int length in s_lengths)
        {
            for (int i = 0; i < 20; i++)
            {
                await RoundTrip(sender, Datagram(number++, length));
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
        byte[] sent = [.. Enumerable.Range(0, Segments).SelectMany(i => Datagram((uint)i, Segment))];

        HashSet<uint> seen = [];
        await Bounded.Until(
            () =>
            {
                sender.Send(sent);
                Collect(receiver, seen, Segment);
                return seen.Count == Segments;
            },
            "each segment has arrived once");
        if (lab.Port(0).Device.Capabilities.ReceiveOffloads.HasFlag(OffloadKinds.Uso))
        {
            Assert.True(lab.Counters(0).ReceivedOctets / lab.Counters(0).ReceivedFrames > Segment, "the super-datagrams came in whole");
        }

        Assert.Equal(KernelErrors.None, KernelErrors.Of(lab[1]));
    }

    private static async Task Echo(Socket socket)
    {
        byte[] buffer = new byte[70_000];
        EndPoint any = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                SocketReceiveFromResult one = await socket.ReceiveFromAsync(buffer, SocketFlags.None, any);
                await socket.SendToAsync(buffer.AsMemory(0, one.ReceivedBytes), SocketFlags.None, one.RemoteEndPoint);
            }
        }
        catch (Exception error) when (error is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
        {
            // Closed: the test is over.
        }
    }

    // Datagrams may be lost on the way, by a full socket: asked again then. They may not be changed.
    private static async Task RoundTrip(Socket socket, byte[] datagram)
    {
        byte[] buffer = new byte[70_000];
        await Bounded.Until(
            async () =>
            {
                await socket.SendAsync(datagram);
                using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
                try
                {
                    while (true)
                    {
                        int length = await socket.ReceiveAsync(buffer, SocketFlags.None, patience.Token);
                        uint number = BinaryPrimitives.ReadUInt32BigEndian(buffer);
                        Assert.Equal(Datagram(number, length), buffer[..length]);
                        if (buffer.AsSpan(0, length).SequenceEqual(datagram))
                        {
                            return true;
                        }
                    }
                }
                catch (OperationCanceledException)
                {
                    return false;
                }
            },
            $"a datagram of {datagram.Length} octets comes back");
    }

    private static void Collect(Socket socket, HashSet<uint> seen, int expectedLength)
    {
        byte[] buffer = new byte[70_000];
        while (socket.Poll(100_000, SelectMode.SelectRead))
        {
            int length = socket.Receive(buffer);
            Assert.Equal(expectedLength, length);
            uint number = BinaryPrimitives.ReadUInt32BigEndian(buffer);
            Assert.Equal(Datagram(number, length), buffer[..length]);
            seen.Add(number);
        }
    }

    private static byte[] Datagram(uint number, int length)
    {
        byte[] octets = new byte[length];
        BinaryPrimitives.WriteUInt32BigEndian(octets, number);
        for (int i = sizeof(uint); i < length; i++)
        {
            octets[i] = (byte)((number * 31) + (i * 7) + (i >> 8));
        }

        return octets;
    }
}
