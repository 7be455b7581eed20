using VSwitch.Devices.Relaying;
using VSwitch.Devices.Utun;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests.Utun;

public sealed class UtunDeviceTests : IDisposable
{
    private static readonly byte[] s_v4 = IpPacket.Udp("10.1.0.1", "10.1.0.2");
    private static readonly byte[] s_v6 = IpPacket.Udp("fd01::1", "fd01::2");

    private readonly FakeUtunSocket _socket = new();
    private readonly FrameBatch _batch = new(4);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Every test closes its device, and that closes the socket, once, with or without a thread.</summary>
    public void Dispose() => Assert.True(SpinWait.SpinUntil(() => _socket.Disposals > 0, Bounded.Limit) && _socket.Disposals == 1, "the socket is closed once");

    [Fact]
    [Trait("Clause", "L8")]
    public async Task Receive_StripsTheHeaderAndThrowsAwayWhatIsMalformed()
    {
        await using var device = new UtunDevice(_socket);
        Deliver([0, 0, 0, 2, .. s_v4], [0, 0, 0, 10, .. s_v6], [0, 0], [0, 0, 0, 30, .. s_v6], [0, 0, 0, 30, .. s_v4]);
        Assert.Equal(2, device.TryReceive(_batch));
        Assert.Equal(s_v4, _batch.Octets(0).ToArray());
        Assert.Equal(s_v6, _batch.Octets(1).ToArray());
        Assert.Equal((3, 0), (device.MalformedPackets, device.TryReceive(_batch)));
        Assert.All([0, 1], i => Assert.Equal((FrameBatch.Headroom, DropReason.None), (_batch[i].Offset, _batch[i].Drop)));
    }

    [Fact]
    [Trait("Fault", "4")]
    [Trait("Clause", "L8")]
    public async Task Receive_MoreThanTheBatchHolds_LeavesTheRest()
    {
        await using var device = new UtunDevice(_socket);
        for (int i = 0; i < 6; i++)
        {
            Deliver([0, 0, 0, 2, .. IpPacket.Udp("10.1.0.1", "10.1.0.2", (byte)i)]);
        }

        Assert.Equal(4, device.TryReceive(_batch));
        Assert.Equal(0, device.TryReceive(_batch));
        _batch.Clear();
        Assert.Equal(2, device.TryReceive(_batch));
        Assert.Equal(5, _batch.Octets(1)[^1]);
        Deliver([0, 0, 0, 2, 0x45, .. new byte[FrameBatch.MaxFrameLength]]);
        device.TryReceive(_batch);
        Assert.Equal(DropReason.Truncated, _batch[2].Drop);
    }

    [Fact]
    [Trait("Clause", "L8")]
    public async Task Send_PutsTheHeaderIntoTheHeadroom()
    {
        await using var device = new UtunDevice(_socket);
        Append(s_v4, s_v6);
        Assert.Equal(2, device.TrySend(_batch, [1, 0]));
        Assert.Equal([0, 0, 0, 30, .. s_v6], _socket.Sent[0]);
        Assert.Equal([0, 0, 0, 2, .. s_v4], _socket.Sent[1]);
        Assert.Equal(s_v4, _batch.Octets(0).ToArray());
        Assert.Equal((4, 4), (device.Capabilities.SendHeadroom, device.Capabilities.ReceiveHeadroom));

        _batch[0].Offset = 3;
        Assert.Throws<ArgumentOutOfRangeException>(() => device.TrySend(_batch, [0]));
    }

    [Fact]
    [Trait("Clause", "L8")]
    public async Task Send_Refused_SaysWhyOfTheFirstThatWasNotTaken()
    {
        await using var device = new UtunDevice(_socket);
        Append(s_v4, new FrameBuilder().Build(), s_v6);
        Assert.Equal(1, device.TrySend(_batch, [0, 1, 2]));
        Assert.Equal(DropReason.DeviceRefused, _batch.Refusal); // an Ethernet frame is no packet
        foreach ((UtunResult fault, DropReason reason) in new[]
        {
            (UtunResult.WouldBlock, DropReason.EgressFull), (UtunResult.Refused, DropReason.DeviceRefused), (UtunResult.Down, DropReason.LinkDown),
        })
        {
            _socket.Fault = fault;
            Assert.Equal(0, device.TrySend(_batch, [0]));
            Assert.Equal(reason, _batch.Refusal);
            Assert.Equal(0, device.TryReceive(new FrameBatch(1)));
        }

        _socket.Fault = UtunResult.Done;
        Assert.Equal(1, device.TrySend(_batch, [0]));
    }

    [Fact]
    [Trait("Clause", "L8")]
    [Trait("Clause", "T6")]
    public async Task Gone_ClosesTheDeviceAndEndsTheWaits()
    {
        var device = new UtunDevice(_socket);
        Task<bool> wait = Bounded.Within(device.WaitToReceiveAsync(Stop));
        Assert.Equal(DeviceEvent.Up, await Bounded.Within(device.Events.ReadAsync(Stop)));
        _socket.Fault = UtunResult.Gone;
        Assert.True(await wait); // something is there: the end
        Assert.Equal(0, device.TryReceive(_batch));
        Assert.False(await Bounded.Within(device.WaitToReceiveAsync(Stop)));
        Assert.Throws<DeviceClosedException>(() => device.TryReceive(_batch));
        Assert.Throws<DeviceClosedException>(() => device.TrySend(_batch, []));
        Assert.Throws<DeviceClosedException>(() => device.Mtu);
        await Bounded.Within(device.Events.Completion);
        await Bounded.Until(() => _socket.Disposals == 1, "the socket is closed");
    }

    [Fact]
    [Trait("Clause", "L8")]
    [Trait("Clause", "T8")]
    public async Task Close_EndsTheWaitsAndClosesTheSocketOnce()
    {
        var device = new UtunDevice(_socket);
        _socket.IsFull = true;
        Task<bool> receiving = Bounded.Within(device.WaitToReceiveAsync(Stop));
        Task<bool> sending = Bounded.Within(device.WaitToSendAsync(Stop));
        await device.DisposeAsync();
        await device.DisposeAsync();
        Assert.False(await receiving);
        Assert.False(await sending);
        await Bounded.Until(() => _socket.Disposals == 1, "the socket is closed");

        var idle = new FakeUtunSocket();
        await new UtunDevice(idle).DisposeAsync(); // one that nobody ever waited for has no thread to do it
        Assert.Equal(1, idle.Disposals);
    }

    [Fact]
    [Trait("Clause", "L8")]
    public async Task Waits_AreForWhatTheySay()
    {
        await using var device = new UtunDevice(_socket);
        _socket.IsFull = true;
        using var stop = new CancellationTokenSource();
        Task<bool> cancelled = device.WaitToReceiveAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded.Within(cancelled));

        Task<bool> receiving = Bounded.Within(device.WaitToReceiveAsync(Stop));
        Task<bool> sending = Bounded.Within(device.WaitToSendAsync(Stop));
        Deliver([0, 0, 0, 2, .. s_v4]);
        Assert.True(await receiving);
        Assert.False(sending.IsCompleted);
        _socket.IsFull = false;
        Assert.True(await sending);
        Assert.True(await Bounded.Within(device.WaitToReceiveAsync(Stop))); // the packet is still there
    }

    [Fact]
    [Trait("Clause", "L8")]
    public async Task WaitingThatFails_ClosesTheDevice()
    {
        var device = new UtunDevice(_socket);
        _socket.WaitFails = true;
        Assert.False(await Bounded.Within(device.WaitToReceiveAsync(Stop)));
        await Bounded.Until(() => _socket.Disposals == 1, "the socket is closed");
    }

    [Fact]
    [Trait("Clause", "L8")]
    [Trait("Clause", "T5")]
    public async Task Properties_AreThoseOfTheInterface()
    {
        await using var device = new UtunDevice(_socket);
        Assert.Equal(("utun7", 1380, LinkLayer.Ip), (device.Name, device.Mtu, device.LinkLayer));
        _socket.Mtu = 9000;
        Assert.Equal(9000, device.Mtu);
        Assert.True(device.Capabilities.IsNative);
        Assert.Equal(OffloadKinds.None, device.Capabilities.SendOffloads | device.Capabilities.ReceiveOffloads);
    }

    // A copy puts it to work: both directions, and a super-packet is cut for it, since it has no offloads.
    [Fact]
    [Trait("Clause", "L8")]
    public async Task Copy_CutsSuperPacketsForIt()
    {
        var device = new UtunDevice(_socket);
        var other = new TestDevice("other", LinkLayer.Ip, new() { BatchSize = 64, ReceiveOffloads = OffloadKinds.All, SendOffloads = OffloadKinds.All });
        Task copy = PacketCopy.RunAsync(other, device, Stop);
        SuperFrame super = SuperFrame.Create(GsoType.TcpIPv6, false, 4_000, 1_000).AsPacket();
        other.Far.Send(super.Octets, super.Offload);
        Deliver([0, 0, 0, 2, .. s_v4]);
        List<byte[]> back = [];
        await Bounded.Until(
            () =>
            {
                back.AddRange(other.Far.Receive());
                return back.Count == 1 && _socket.Sent.Count == 4;
            },
            "packets pass both ways");
        Assert.Equal(s_v4, back[0]);
        Assert.Equal(Cutting.Cut(super, linkLayer: LinkLayer.Ip).Select(p => new byte[] { 0, 0, 0, 30 }.Concat(p)), _socket.Sent);
        await device.DisposeAsync();
        await Bounded.Within(copy);
    }

    [Fact]
    [Trait("Clause", "L8")]
    public async Task SendAndReceive_InSteadyState_AllocateNothing()
    {
        await using var device = new UtunDevice(_socket);
        _socket.KeepsSent = false;
        Append(s_v4, s_v6);
        var received = new FrameBatch(1);
        Round(device, received);
        for (int i = 0; i < 100; i++)
        {
            Deliver([0, 0, 0, 2, .. s_v4]);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            Round(device, received);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allocations.Noise);
    }

    private void Round(UtunDevice device, FrameBatch received)
    {
        received.Clear();
        device.TrySend(_batch, [0, 1]);
        device.TryReceive(received);
    }

    private void Append(params byte[][] packets) => Assert.All(packets, p => Assert.True(_batch.TryAppend(p)));

    private void Deliver(params byte[][] octets)
    {
        foreach (byte[] one in octets)
        {
            _socket.Deliver(one);
        }
    }
}
