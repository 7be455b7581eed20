using VSwitch.Devices.Packet;
using VSwitch.Frames;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.Devices.Tests.Packet;

public class PacketDeviceTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TrySend_Frames_ArriveAsTheyAreInTheirOrder(bool offload)
    {
        using VethPair veth = new();
        await using PacketDevice near = await veth.OpenNear(offload);
        await using PacketDevice far = await veth.OpenFar(offload);
        List<byte[]> sent = [.. Enumerable.Range(0, 150).Select(i => TestFrames.Numbered(i, 46 + (i * 9)))];
        FrameBatch batch = new(sent.Count);
        sent.ForEach(f => Assert.True(batch.TryAppend(f)));

        Assert.Equal(sent.Count, near.TrySend(batch, [.. Enumerable.Range(0, sent.Count)]));
        Assert.Equal(sent, await TestFrames.ReceiveNumbered(far, sent.Count));
        Assert.Equal(0, far.ReadLost());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TrySend_FramesInOneMemory_ArriveAsTheyAreInTheirOrder(bool offload)
    {
        using VethPair veth = new();
        await using PacketDevice near = await veth.OpenNear(offload);
        await using PacketDevice far = await veth.OpenFar();
        List<byte[]> sent = [.. Enumerable.Range(0, 150).Select(i => TestFrames.Numbered(i, 46 + i))];
        List<FrameExtent> extents = [];
        List<byte> memory = [];
        foreach (byte[] frame in sent)
        {
            memory.Add(0xEE); // what lies between frames is nobody's
            extents.Add(new(memory.Count, frame.Length));
            memory.AddRange(frame);
        }

        Assert.Equal(sent.Count, near.TrySend(memory.ToArray(), extents.ToArray(), out DropReason refusal));
        Assert.Equal(DropReason.None, refusal);
        Assert.Equal(sent, await TestFrames.ReceiveNumbered(far, sent.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => near.TrySend(new byte[60], [new(1, 60)], out _));
    }

    public static TheoryData<string, (int Vid, int Priority, EtherType Tpid)[]> Tags => new()
    {
        { "one", [(100, 0, EtherType.CustomerVlan)] },
        { "priority and the DEI bit", [(0xFFF | 0x1000, 7, EtherType.CustomerVlan)] },
        { "priority tag", [(0, 5, EtherType.CustomerVlan)] },
        { "service tag", [(100, 3, EtherType.ServiceVlan)] },
        { "service and customer tag", [(100, 3, EtherType.ServiceVlan), (200, 1, EtherType.CustomerVlan)] },
        { "two of a kind", [(1, 0, EtherType.CustomerVlan), (2, 0, EtherType.CustomerVlan)] },
    };

    [Theory]
    [MemberData(nameof(Tags))]
    [Trait("Fault", "35")]
    public async Task TryReceive_TagThatTheKernelTookOff_IsPutBackOctetForOctet(string what, (int Vid, int Priority, EtherType Tpid)[] tags)
    {
        foreach (bool offload in new[] { false, true })
        {
            using VethPair veth = new();
            await using PacketDevice near = await veth.OpenNear();
            await using PacketDevice far = await veth.OpenFar(offload);
            using PacketSocket stripped = new(veth.Far, "far0");
            FrameBuilder builder = new FrameBuilder().Udp("10.9.0.1", "10.9.0.2", 700);
            foreach ((int vid, int priority, EtherType tpid) in tags)
            {
                builder.Vlan(vid, priority, tpid);
            }

            byte[] sent = builder.Build();
            Assert.Equal(DropReason.None, TestFrames.SendOne(near, sent));

            // The kernel did take it off: whoever does not ask for it sees four octets less.
            byte[] rest = stripped.Receive(f => f.Length > 700);
            Assert.Equal(sent.Length - VlanTag.Length, rest.Length);
            byte[] received = await ReceiveLong(far);
            Assert.True(sent.AsSpan().SequenceEqual(received), what);
        }
    }

    [Fact]
    [Trait("Fault", "36")]
    public async Task TryReceive_OwnSends_AreNotReceived()
    {
        using VethPair veth = new();
        await using PacketDevice near = await veth.OpenNear();
        await using PacketDevice far = await veth.OpenFar();
        await using PacketDevice beside = await veth.OpenNear();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(DropReason.None, TestFrames.SendOne(near, TestFrames.Numbered(i)));
        }

        Assert.Equal(100, (await TestFrames.ReceiveNumbered(far, 100)).Count);
        Assert.Equal(DropReason.None, TestFrames.SendOne(far, TestFrames.Numbered(1000)));
        foreach (PacketDevice device in new[] { near, beside })
        {
            byte[] first = (await TestFrames.ReceiveNumbered(device, 1))[0];
            Assert.Equal(1000, TestFrames.NumberOf(first));
        }
    }

    [Fact]
    [Trait("Fault", "50")]
    public async Task InterfaceDeleted_BothEndsClose()
    {
        using VethPair veth = new();
        await using PacketDevice near = await veth.OpenNear();
        await using PacketDevice far = await veth.OpenFar();
        Task<bool> wait = near.WaitToReceiveAsync(TestContext.Current.CancellationToken).AsTask();
        veth.Far.Do(route => route.Delete(route.GetLink("far0")));

        await Bounded.Within(near.Completion);
        await Bounded.Within(far.Completion);
        await Bounded.Within(wait); // woken by the end, or by the error that the kernel tells shortly before
        Assert.False(await Bounded.Within(near.WaitToReceiveAsync(TestContext.Current.CancellationToken)));
        Assert.True(near.IsGone);
        Assert.Equal("near0: the interface was deleted, or moved to another namespace", near.GoneReason);
        Assert.Throws<ObjectDisposedException>(() => TestFrames.SendOne(near, TestFrames.Numbered(1)));
        Assert.Throws<ObjectDisposedException>(() => near.TryReceive(new FrameBatch(1)));
        Assert.Throws<ObjectDisposedException>(() => near.ReadLost());
        await foreach (DeviceEvent e in near.Events.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            Assert.Contains(e, new[] { DeviceEvent.Up, DeviceEvent.Down });
        }
    }

    [Fact]
    [Trait("Fault", "50")]
    public async Task InterfaceMovedAway_Closes()
    {
        using VethPair veth = new();
        await using PacketDevice near = await veth.OpenNear();
        veth.Near.Do(route =>
        {
            using Netlink.NetworkNamespace other = Netlink.NetworkNamespace.Open(veth.Far.Name);
            route.Move(route.GetLink("near0"), other);
        });
        await Bounded.Within(near.Completion);
        Assert.True(near.IsGone);
    }

    [Fact]
    public async Task LinkDownAndUp_IsCountedAndTold_AndTrafficReturns()
    {
        using VethPair veth = new();
        await using PacketDevice near = await veth.OpenNear();
        await using PacketDevice far = await veth.OpenFar();
        for (int i = 0; i < 3; i++)
        {
            veth.Near.Do(route => route.SetUp(route.GetLink("near0"), false));
            await Bounded.Until(() => !near.IsUp, "down is seen");
            Assert.Equal(DropReason.LinkDown, TestFrames.SendOne(near, TestFrames.Numbered(i)));
            veth.Near.Do(route => route.SetUp(route.GetLink("near0"), true));
            await Bounded.Until(() => near.IsUp && far.IsUp, "up is seen");
            Assert.Equal(DropReason.None, TestFrames.SendOne(near, TestFrames.Numbered(100 + i)));
            Assert.Equal(100 + i, TestFrames.NumberOf((await TestFrames.ReceiveNumbered(far, 1))[0]));
        }

        Assert.False(near.Completion.IsCompleted);
        List<DeviceEvent> events = [];
        while (near.Events.TryRead(out DeviceEvent e))
        {
            events.Add(e);
        }

        Assert.Equal(3, events.Count(e => e == DeviceEvent.Down));
    }

    [Fact]
    public async Task MtuChange_IsToldAndFramesAreRefusedByIt()
    {
        using VethPair veth = new();
        await using PacketDevice near = await veth.OpenNear();
        await using PacketDevice far = await veth.OpenFar();
        veth.Near.Do(route => route.SetMtu(route.GetLink("near0"), 600));
        await Bounded.Until(() => near.Mtu == 600, "the MTU follows");

        FrameBatch batch = new(3);
        Assert.True(batch.TryAppend(TestFrames.Numbered(1, 600)));
        Assert.True(batch.TryAppend(TestFrames.Numbered(2, 601)));
        Assert.True(batch.TryAppend(TestFrames.Numbered(3, 600)));
        Assert.Equal(1, near.TrySend(batch, [0, 1, 2]));
        Assert.Equal(DropReason.Oversize, batch.Refusal);
        Assert.Equal(1, near.TrySend(batch, [2]));
        Assert.Equal([1, 3], (await TestFrames.ReceiveNumbered(far, 2)).Select(f => TestFrames.NumberOf(f)));
    }

    [Theory]
    [InlineData(GsoType.TcpIPv4, true, 0)]
    [InlineData(GsoType.TcpIPv6, false, 0)]
    [InlineData(GsoType.TcpIPv4, true, 7)]
    [InlineData(GsoType.UdpSegmentation, true, 0)]
    public async Task SuperFrame_PassesWholeWithItsDescription(GsoType type, bool isIPv4, int vlan)
    {
        using VethPair veth = new();
        await using PacketDevice near = await veth.OpenNear(offload: true);
        await using PacketDevice far = await veth.OpenFar(offload: true);
        SuperFrame sent = SuperFrame.Create(type, isIPv4, 20_000, 1000, default, vlan == 0 ? [] : [vlan]);
        Assert.Equal(DropReason.None, TestFrames.SendOne(near, sent.Octets, sent.Offload));

        FrameBatch batch = new();
        int index = -1;
        while (index < 0)
        {
            Assert.True(await Bounded.Within(far.WaitToReceiveAsync(TestContext.Current.CancellationToken)));
            batch.Clear();
            far.TryReceive(batch);
            index = Enumerable.Range(0, batch.Count).FirstOrDefault(i => batch[i].Length > 10_000, -1); // not the kernel's own chatter
        }

        Assert.Equal(sent.Octets, batch.Octets(index).ToArray());
        OffloadInfo received = batch[index].Offload;
        Assert.True(received.TryValidate(batch.Octets(index)));
        Assert.Equal(sent.Offload, received);
    }

    [Fact]
    public void Open_NoSuchInterface_SaysSoInOneLine()
    {
        using TestNamespace ns = new();
        LinuxException e = Assert.Throws<LinuxException>(() => PacketDevice.Open(VethPair.At(ns, "nobody0")));
        Assert.Equal($"nobody0: open: No such device: look at: ip -n {ns.Name} link", e.Message);
        LinuxException here = Assert.Throws<LinuxException>(() => PacketDevice.Open(new PacketOptions { Name = "nobody0" }));
        Assert.Equal("nobody0: open: No such device: look at: ip link", here.Message);
        LinuxException place = Assert.Throws<LinuxException>(() => PacketDevice.Open(new PacketOptions { Name = "lo", Namespace = "nowhere" }));
        Assert.Equal(Errno.ENOENT, place.Errno);
    }

    [Fact]
    public void Open_WithoutRights_SaysSoInOneLine()
    {
        Requires.Root(); // to give the rights away
        LinuxException e = Assert.Throws<LinuxException>(() => Unprivileged.Run(() => PacketDevice.Open(new PacketOptions { Name = "lo" })));
        Assert.Equal("lo: socket(AF_PACKET): Operation not permitted: run as root or give the binary CAP_NET_RAW", e.Message);
    }

    [Fact]
    public void Open_InterfaceWithoutEthernet_IsRefused()
    {
        using TestNamespace ns = new();
        using IDisposable closing = new Closing(ns.Tun(new() { Name = "tun0" }));
        LinuxException e = Assert.Throws<LinuxException>(() => PacketDevice.Open(VethPair.At(ns, "tun0")));
        Assert.Equal("tun0: bind(AF_PACKET): Operation not supported: its frames are not Ethernet (type 65534): choose another interface", e.Message);
    }

    [Fact]
    public async Task TryReceive_SendOnly_GetsNothing()
    {
        using VethPair veth = new();
        await using PacketDevice sender = PacketDevice.Open(VethPair.At(veth.Near, "near0") with { SendOnly = true });
        await using PacketDevice near = await veth.OpenNear();
        await using PacketDevice far = await veth.OpenFar();
        Assert.Equal(DropReason.None, TestFrames.SendOne(sender, TestFrames.Numbered(1)));
        Assert.Equal(1, TestFrames.NumberOf((await TestFrames.ReceiveNumbered(far, 1))[0]));
        Assert.Equal(DropReason.None, TestFrames.SendOne(far, TestFrames.Numbered(2)));
        Assert.Equal(2, TestFrames.NumberOf((await TestFrames.ReceiveNumbered(near, 1))[0]));
        Assert.Equal(0, sender.TryReceive(new FrameBatch(1)));
    }

    [Fact]
    public async Task AsPortsOfASwitch_FramesGoFromCableToCable()
    {
        using VethPair left = new();
        using VethPair right = new();
        await using var host = new VSwitch.Devices.Workers.SwitchHost(new VirtualSwitch(), 1);
        host.AddPort(await left.OpenNear(offload: true), "left");
        host.AddPort(await right.OpenNear(offload: true), "right");
        await using PacketDevice a = await left.OpenFar();
        await using PacketDevice b = await right.OpenFar();
        List<byte[]> sent = [.. Enumerable.Range(0, 50).Select(i => TestFrames.Numbered(i, 46 + i))];
        FrameBatch batch = new(sent.Count);
        sent.ForEach(f => Assert.True(batch.TryAppend(f)));
        Assert.Equal(50, a.TrySend(batch, [.. Enumerable.Range(0, 50)]));
        Assert.Equal(sent, await TestFrames.ReceiveNumbered(b, 50));
    }

    private static async Task<byte[]> ReceiveLong(PacketDevice device)
    {
        FrameBatch batch = new();
        while (true)
        {
            Assert.True(await Bounded.Within(device.WaitToReceiveAsync(TestContext.Current.CancellationToken)));
            batch.Clear();
            device.TryReceive(batch);
            for (int i = 0; i < batch.Count; i++)
            {
                if (batch[i].Length > 700)
                {
                    return batch.Octets(i).ToArray();
                }
            }
        }
    }

    private sealed class Closing(IPacketDevice device) : IDisposable
    {
        public void Dispose() => device.DisposeAsync().AsTask().Wait(Bounded.Limit);
    }
}
