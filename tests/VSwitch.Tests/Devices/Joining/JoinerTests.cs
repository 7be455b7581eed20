using VSwitch.Devices;
using VSwitch.Devices.Joining;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.IpPacket;

namespace VSwitch.Tests.Devices.Joining;

public sealed class JoinerTests
{
    private const string A = "10.0.0.1";
    private const string B = "10.0.0.2";
    private const string C = "2001:db8::3";
    private const string Remote = "192.0.2.9";
    private const string Remote6 = "2001:db8:ffff::9";

    [Fact]
    [Trait("Clause", "J1")]
    public async Task Receive_FromSeveralDevices_IsOneStream()
    {
        await using var net = new JoinerNet(devices: 3);
        net.Devices[0].Far.Send(Udp(A, Remote, 1));
        net.Devices[0].Far.Send(Udp(A, Remote, 2));
        net.Devices[1].Far.Send(Udp(B, Remote, 3));
        net.Devices[2].Far.Send(Udp(C, Remote6, 4));
        List<byte[]> packets = await net.Receive(4);
        Assert.Equal([1, 2, 3, 4], packets.Select(p => (int)p[^1]).Order());
        Assert.Equal([1, 2], packets.Select(p => (int)p[^1]).Where(m => m <= 2)); // a device's own order is kept
        Assert.Equal(4, net.Joiner.Counters.ReceivedFrames);
    }

    [Fact]
    [Trait("Clause", "J1")]
    public async Task Wait_NothingThere_EndsWhenAnyDeviceHasSomething()
    {
        await using var net = new JoinerNet(devices: 3);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(0, net.Joiner.TryReceive(new FrameBatch(1))); // the device of the last turn is found dry
            ValueTask<bool> wait = net.Joiner.WaitToReceiveAsync();
            Assert.False(wait.IsCompleted);
            net.Devices[i % 3].Far.Send(Udp(A, Remote, (byte)i));
            Assert.True(await wait.Soon());
            Assert.Equal((byte)i, Assert.Single(await net.Receive(1))[^1]);
        }
    }

    [Fact]
    [Trait("Clause", "J1")]
    public async Task Wait_Cancelled_ThrowsAndLaterWaitsWork()
    {
        await using var net = new JoinerNet(devices: 1);
        using var cancel = new CancellationTokenSource();
        Task<bool> wait = net.Joiner.WaitToReceiveAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(wait.Soon);
        net.Devices[0].Far.Send(Udp(A, Remote));
        Assert.True(await net.Joiner.WaitToReceiveAsync().Soon());
    }

    [Theory]
    [Trait("Clause", "J2")]
    [Trait("Clause", "J3")]
    [InlineData(A, Remote)]
    [InlineData(C, Remote6)]
    public async Task Send_ToALearnedSource_ReachesItsDeviceOnly(string address, string remote)
    {
        await using var net = new JoinerNet(devices: 3);
        await net.Hear(2, address, remote);
        Assert.Equal(1, net.Send(Udp(remote, address, 7)));
        Assert.Equal([2], net.Receivers());
        Assert.Equal(1, net.Joiner.LearnedAddresses);
    }

    [Fact]
    [Trait("Clause", "J3")]
    public async Task Send_UnknownDestination_GoesToTheDefault()
    {
        await using var net = new JoinerNet(devices: 3);
        Assert.Equal(1, net.Send(Udp(Remote, A)));
        Assert.Equal(1, net.Send(Udp(Remote6, C)));
        Assert.Equal(2, net.Devices[0].Far.Receive().Count);
        Assert.Equal([], net.Receivers());
    }

    public static TheoryData<byte[]> Malformed => new(
    (byte[][])[
        [],
        [0x45],
        Udp(Remote, A)[..19],
        Udp(Remote6, C)[..39],
        [.. Udp(Remote, A).Select((octet, i) => i == 0 ? (byte)0x4F : octet)], // a header of 60 octets, whose end is missing
        [.. Udp(Remote, A).Select((octet, i) => i == 0 ? (byte)0x44 : octet)],
        [.. Udp(Remote, A).Select((octet, i) => i == 0 ? (byte)0x75 : octet)],
        Udp(Remote, "224.0.0.251"),
        Udp(Remote, "255.255.255.255"),
        Udp(Remote6, "ff02::1"),
    ]);

    [Theory]
    [Trait("Clause", "J3")]
    [MemberData(nameof(Malformed))]
    public async Task Send_MalformedOrGroup_GoesToTheDefaultAndWithoutOneIsCounted(byte[] packet)
    {
        await using var net = new JoinerNet(devices: 2);
        await net.Hear(1, A, Remote);
        await net.Hear(1, C, Remote6);
        bool short60 = packet.Length > 0 && packet[0] == 0x4F;
        Assert.Equal(1, net.Send(short60 ? packet[..59] : packet));
        Assert.Equal([0], net.Receivers());
        Assert.True(await net.Joiner.DetachDefaultAsync());
        Assert.Equal(1, net.Send(short60 ? packet[..59] : packet));
        Assert.Equal(1, net.Joiner.Counters.Drops(DropReason.NoRoute));
    }

    [Theory]
    [Trait("Clause", "J2")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("ff02::1")]
    public async Task Learn_SourceThatIsNobodys_IsNotLearned(string source)
    {
        await using var net = new JoinerNet(devices: 2);
        await net.Hear(1, source, source.Contains(':', StringComparison.Ordinal) ? Remote6 : Remote);
        Assert.Equal(0, net.Joiner.LearnedAddresses);
    }

    [Fact]
    [Trait("Clause", "J2")]
    public async Task Learn_IPv4AddressForgedInIPv6_IsNotLearned()
    {
        await using var net = new JoinerNet(devices: 3);
        await net.Hear(1, A, Remote);
        byte[] forged = Udp(C, Remote6);
        forged.AsSpan(8, 10).Clear();
        forged[18] = forged[19] = 0xFF;
        new byte[] { 10, 0, 0, 1 }.CopyTo(forged, 20); // ::ffff:10.0.0.1
        net.Devices[2].Far.Send(forged);
        await net.Receive(1);
        net.Send(Udp(Remote, A));
        Assert.Equal([1], net.Receivers());
    }

    [Fact]
    [Trait("Clause", "J3")]
    public async Task Send_MixedBurst_IsSortedAndKeepsEachDevicesOrder()
    {
        await using var net = new JoinerNet(devices: 3);
        await net.Hear(1, A, Remote);
        await net.Hear(2, B, Remote);
        string[] to = [A, B, "10.9.9.9"];
        int taken = net.Send([.. Enumerable.Range(0, 60).Select(i => Udp(Remote, to[i % 3], (byte)i))]);
        Assert.Equal(60, taken);
        Assert.Equal(Enumerable.Range(0, 60).Where(i => i % 3 == 0), net.Devices[1].Far.Receive().Select(p => (int)p[^1]));
        Assert.Equal(Enumerable.Range(0, 60).Where(i => i % 3 == 1), net.Devices[2].Far.Receive().Select(p => (int)p[^1]));
        Assert.Equal(Enumerable.Range(0, 60).Where(i => i % 3 == 2), net.Devices[0].Far.Receive().Select(p => (int)p[^1]));
        Assert.Equal(1, net.Devices[1].Sends); // one send a device and burst
        Assert.Equal(60, net.Joiner.Counters.SentFrames);
    }

    [Fact]
    [Trait("Clause", "J3")]
    public async Task Send_MixedBurstWithoutDefault_DropsAndCountsTheUnknown()
    {
        await using var net = new JoinerNet(devices: 2);
        await net.Hear(1, A, Remote);
        await net.Joiner.DetachDefaultAsync();
        Assert.Equal(3, net.Send(Udp(Remote, A), Udp(Remote, B), Udp(Remote, A)));
        Assert.Equal(2, net.Devices[1].Far.Receive().Count);
        Assert.Equal(1, net.Joiner.Counters.Drops(DropReason.NoRoute));
    }

    [Fact]
    [Trait("Clause", "J3")]
    public async Task Send_ToOneFullDevice_ReturnsWhatItTookAndWaitEndsWhenThereIsRoom()
    {
        await using var net = new JoinerNet(devices: 1, capacityOctets: 1);
        int offered = 0;
        int taken;
        do
        {
            taken = net.Send([.. Enumerable.Repeat(Udp(Remote, A), 64)]);
            offered += taken;
        }
        while (taken == 64);

        Assert.Equal(DropReason.EgressFull, net.Refusal);
        Assert.Equal(offered, net.Joiner.Counters.SentFrames);
        Assert.Equal(0, net.Joiner.Counters.TotalDrops());
        ValueTask<bool> wait = net.Joiner.WaitToSendAsync();
        Assert.False(wait.IsCompleted);
        Assert.Equal(offered, net.Devices[0].Far.Receive().Count);
        Assert.True(await wait.Soon());
        Assert.Equal(1, net.Send(Udp(Remote, A)));
    }

    [Fact]
    [Trait("Clause", "J3")]
    public async Task Send_DeviceThatTakesShortBatches_GetsAll()
    {
        await using var net = new JoinerNet(devices: 1);
        net.Devices[0].MaxFramesASend = 3;
        Assert.Equal(64, net.Send([.. Enumerable.Range(0, 64).Select(i => Udp(Remote, A, (byte)i))]));
        Assert.Equal(Enumerable.Range(0, 64), net.Devices[0].Far.Receive().Select(p => (int)p[^1]));
    }

    [Fact]
    [Trait("Clause", "J4")]
    public async Task AttachDefault_Again_ReplacesAndClosesTheFormer()
    {
        await using var net = new JoinerNet(devices: 1);
        await net.Hear(0, A, Remote);
        TestDevice next = net.Make();
        await net.Joiner.AttachDefaultAsync(next);
        Assert.True(net.Devices[0].IsClosed);
        Assert.Same(next, net.Joiner.DefaultDevice);
        Assert.Equal([next], net.Joiner.Devices);
        Assert.Equal(0, net.Joiner.LearnedAddresses);
        net.Send(Udp(Remote, A));
        Assert.Single(next.Far.Receive());
    }

    [Fact]
    [Trait("Clause", "J4")]
    public async Task Detach_ClosesTheDeviceAndForgetsWhatWasBehindIt()
    {
        await using var net = new JoinerNet(devices: 3);
        await net.Hear(1, A, Remote);
        await net.Hear(2, B, Remote);
        Assert.True(await net.Joiner.DetachAsync(net.Devices[1]));
        Assert.False(await net.Joiner.DetachAsync(net.Devices[1]));
        Assert.True(net.Devices[1].IsClosed);
        Assert.Equal(1, net.Joiner.LearnedAddresses);
        TestDevice next = net.Make();
        net.Joiner.AttachSecondary(next); // takes the former's place, not its addresses
        net.Send(Udp(Remote, A), Udp(Remote, B));
        Assert.Equal([0, 2], net.Receivers());
        Assert.Empty(next.Far.Receive());
    }

    [Fact]
    [Trait("Clause", "J4")]
    public async Task DetachDefault_LeavesTheOthers()
    {
        await using var net = new JoinerNet(devices: 2);
        Assert.True(await net.Joiner.DetachDefaultAsync());
        Assert.False(await net.Joiner.DetachDefaultAsync());
        Assert.True(net.Devices[0].IsClosed);
        Assert.False(net.Devices[1].IsClosed);
        Assert.Null(net.Joiner.DefaultDevice);
    }

    [Fact]
    [Trait("Clause", "J5")]
    public async Task Errors_AreFourDistinctOnes()
    {
        await using var net = new JoinerNet(devices: 2, new DeviceCapabilities { SendHeadroom = 64 });
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await net.Joiner.AttachDefaultAsync(null!));
        Assert.Throws<ArgumentNullException>(() => net.Joiner.AttachSecondary(null!));
        Assert.Throws<DuplicateDeviceException>(() => net.Joiner.AttachSecondary(net.Devices[0])); // as default and secondary
        Assert.Throws<DuplicateDeviceException>(() => net.Joiner.AttachSecondary(net.Devices[1]));
        await Assert.ThrowsAsync<DuplicateDeviceException>(async () => await net.Joiner.AttachDefaultAsync(net.Devices[1]));
        await Assert.ThrowsAsync<DuplicateDeviceException>(async () => await net.Joiner.AttachDefaultAsync(net.Devices[0]));
        Assert.False(net.Devices[0].IsClosed);

        var batch = new FrameBatch(2);
        batch.TryAppend(Udp(Remote, A));
        Udp(Remote, A).CopyTo(batch.NextSlot()[63..]);
        batch.Append(Udp(Remote, A).Length, offset: 63);
        Assert.Throws<ArgumentOutOfRangeException>(() => net.Joiner.TrySend(batch, [0, 1]));
        Assert.Equal([], net.Receivers()); // none of them
        Assert.Equal(1, net.Joiner.TrySend(batch, [0]));

        await net.Joiner.DisposeAsync();
        Assert.Throws<JoinerClosedException>(() => net.Joiner.TryReceive(batch));
        Assert.Throws<JoinerClosedException>(() => net.Joiner.TrySend(batch, [0]));
        TestDevice late = net.Make();
        Assert.Throws<JoinerClosedException>(() => net.Joiner.AttachSecondary(late));
        Assert.False(late.IsClosed);
        Assert.True(DeviceError.IsTerminal(new JoinerClosedException("j")));
        Assert.IsAssignableFrom<ObjectDisposedException>(new JoinerClosedException("j"));
    }

    [Fact]
    [Trait("Clause", "J5")]
    public async Task Attach_DeviceThatDoesNotFit_IsRefused()
    {
        await using var net = new JoinerNet(devices: 0);
        Assert.Throws<ArgumentException>(() => net.Joiner.AttachSecondary(net.Make(LinkLayer.Ethernet)));
        Assert.Throws<ArgumentException>(() => net.Joiner.AttachSecondary(net.Make(capabilities: new DeviceCapabilities { BatchSize = 65 })));
        Assert.Empty(net.Joiner.Devices);
    }

    [Fact]
    [Trait("Clause", "J6")]
    public async Task DeviceThatFailsOnReceive_IsDetachedAndTheOthersGoOn()
    {
        await using var net = new JoinerNet(devices: 3);
        await net.Hear(1, A, Remote);
        net.Devices[1].ReceiveErrors.Enqueue(new InvalidOperationException("broken"));
        net.Devices[1].Far.Send(Udp(A, Remote));
        net.Devices[2].Far.Send(Udp(B, Remote, 5));
        Assert.Equal(5, Assert.Single(await net.Receive(1))[^1]);
        await Waiting.Until(() => net.Joiner.Devices.Count == 2 && net.Devices[1].IsClosed, "the device is detached and closed");
        Assert.Equal(1, net.Joiner.LearnedAddresses);
        Assert.Equal(1, net.Joiner.Counters.Faults);
    }

    [Fact]
    [Trait("Clause", "J6")]
    public async Task DeviceThatFailsOnSend_IsDetachedAndTheNextPacketGoesToTheDefault()
    {
        await using var net = new JoinerNet(devices: 2);
        await net.Hear(1, A, Remote);
        net.Devices[1].SendError = new InvalidOperationException("broken");
        Assert.Equal(0, net.Send(Udp(Remote, A)));
        Assert.Equal(DropReason.DeviceFault, net.Refusal);
        Assert.Equal(1, net.Send(Udp(Remote, A)));
        Assert.Single(net.Devices[0].Far.Receive());
        await Waiting.Until(() => net.Devices[1].IsClosed, "the device is closed");
    }

    [Fact]
    [Trait("Clause", "J6")]
    public async Task DeviceThatIsClosedBySomebody_IsDetached()
    {
        await using var net = new JoinerNet(devices: 2);
        await net.Devices[1].DisposeAsync();
        await Waiting.Until(() => net.Joiner.Devices.Count == 1, "the closed device is detached");
        net.Devices[0].Far.Send(Udp(A, Remote));
        await net.Receive(1);
    }

    [Fact]
    [Trait("Clause", "J6")]
    public async Task DeviceWithPassingErrors_StaysAttached()
    {
        await using var net = new JoinerNet(devices: 2);
        for (int i = 0; i < 5; i++)
        {
            net.Devices[1].ReceiveErrors.Enqueue(i % 2 == 0 ? new TemporaryDeviceException("try again") : new BatchTooSmallException(9));
        }

        net.Devices[1].Far.Send(Udp(A, Remote, 3));
        Assert.Equal(3, Assert.Single(await net.Receive(1))[^1]);
        Assert.Equal(2, net.Joiner.Devices.Count);
        Assert.Equal(5, net.Joiner.Counters.Faults);
    }

    [Fact]
    [Trait("Clause", "J6")]
    public async Task DeviceWithNothingButPassingErrors_IsDetachedInTheEnd()
    {
        await using var net = new JoinerNet(devices: 1);
        for (int i = 0; i < 2000; i++)
        {
            net.Devices[0].ReceiveErrors.Enqueue(new TemporaryDeviceException("try again"));
        }

        net.Devices[0].Far.Send(Udp(A, Remote));
        await Waiting.Until(
            () =>
            {
                net.Joiner.TryReceive(new FrameBatch(1));
                return net.Joiner.Devices.Count == 0;
            },
            "the device is detached");
    }

    [Fact]
    [Trait("Clause", "J6")]
    public async Task AttachAndDetach_WhileSomebodyWaits_TheWaitGoesOn()
    {
        await using var net = new JoinerNet(devices: 1);
        Task<bool> wait = net.Joiner.WaitToReceiveAsync().Soon();
        TestDevice late = net.Make();
        net.Joiner.AttachSecondary(late);
        await net.Joiner.DetachDefaultAsync();
        Assert.False(wait.IsCompleted);
        late.Far.Send(Udp(A, Remote, 8));
        Assert.True(await wait);
        Assert.Equal(8, Assert.Single(await net.Receive(1))[^1]);
    }

    [Fact]
    [Trait("Clause", "J7")]
    public async Task Address_HeardFromAnotherDevice_IsRelearned()
    {
        await using var net = new JoinerNet(devices: 3);
        await net.Hear(1, A, Remote);
        await net.Hear(2, A, Remote);
        net.Send(Udp(Remote, A));
        Assert.Equal([2], net.Receivers());
        Assert.Equal((1, 1), (net.Joiner.Moves, net.Joiner.LearnedAddresses));
    }

    [Fact]
    [Trait("Clause", "J8")]
    public async Task MtuHeadroomsAndBatch_FitAllDevices()
    {
        await using var net = new JoinerNet(devices: 0);
        Assert.Equal((1500, 64), (net.Joiner.Mtu, net.Joiner.Capabilities.BatchSize));
        TestDevice a = net.Make(capabilities: new DeviceCapabilities { BatchSize = 8, ReceiveHeadroom = 12, SendHeadroom = 4, IsNative = true }, mtu: 9000);
        TestDevice b = net.Make(capabilities: new DeviceCapabilities { BatchSize = 64, ReceiveHeadroom = 2, SendHeadroom = 20 }, mtu: 1280);
        await net.Joiner.AttachDefaultAsync(a);
        Assert.Equal(9000, net.Joiner.Mtu);
        net.Joiner.AttachSecondary(b);
        Assert.Equal(1280, net.Joiner.Mtu);
        DeviceCapabilities capabilities = net.Joiner.Capabilities;
        Assert.Equal((64, 12, 20, false), (capabilities.BatchSize, capabilities.ReceiveHeadroom, capabilities.SendHeadroom, capabilities.IsNative));
        Assert.Null(net.Joiner.Handle);
        b.Mtu = 1400;
        await Waiting.Until(() => net.Joiner.Mtu == 1400, "the MTU follows");
        await net.Joiner.DetachAsync(b);
        Assert.Equal((9000, 12, 4), (net.Joiner.Mtu, net.Joiner.Capabilities.ReceiveHeadroom, net.Joiner.Capabilities.SendHeadroom));
    }

    [Fact]
    [Trait("Clause", "J8")]
    public async Task Events_FollowTheDevices()
    {
        await using var net = new JoinerNet(devices: 0);
        TestDevice a = net.Make();
        TestDevice b = net.Make(mtu: 1400);
        await net.Joiner.AttachDefaultAsync(a);
        Assert.Equal(DeviceEvent.Up, await net.NextEvent());
        net.Joiner.AttachSecondary(b);
        Assert.Equal(DeviceEvent.MtuChanged, await net.NextEvent());
        a.Say(DeviceEvent.Down);
        b.Say(DeviceEvent.Down);
        Assert.Equal(DeviceEvent.Down, await net.NextEvent()); // the last of them
        Assert.False(net.Joiner.IsUp);
        b.Say(DeviceEvent.Up);
        Assert.Equal(DeviceEvent.Up, await net.NextEvent());
        await net.Joiner.DisposeAsync();
        await foreach (DeviceEvent last in net.Joiner.Events.ReadAllAsync().Take(3))
        {
            Assert.True(last is DeviceEvent.Down or DeviceEvent.MtuChanged);
        }

        Assert.True(net.Joiner.Events.Completion.IsCompleted);
    }

    [Fact]
    [Trait("Clause", "J8")]
    public async Task Dispose_ClosesAllAndEndsTheWaits()
    {
        await using var net = new JoinerNet(devices: 3);
        Task<bool> wait = net.Joiner.WaitToReceiveAsync().Soon();
        await net.Joiner.DisposeAsync();
        await net.Joiner.DisposeAsync();
        Assert.False(await wait);
        Assert.False(await net.Joiner.WaitToReceiveAsync().Soon());
        Assert.False(await net.Joiner.WaitToSendAsync().Soon());
        Assert.All(net.Devices, d => Assert.True(d.IsClosed));
    }

    [Fact]
    [Trait("Clause", "J9")]
    public async Task Ethernet_LearnsStationsPerVlan()
    {
        await using var net = new JoinerNet(devices: 3, linkLayer: LinkLayer.Ethernet);
        net.Devices[1].Far.Send(TestSwitch.Frame(5, 0).Vlan(10).Build());
        net.Devices[2].Far.Send(TestSwitch.Frame(5, 0).Vlan(20).Build());
        await net.Receive(2);
        net.Send(TestSwitch.Frame(0, 5).Vlan(10).Build());
        Assert.Equal([1], net.Receivers());
        net.Send(TestSwitch.Frame(0, 5).Vlan(20).Build());
        Assert.Equal([2], net.Receivers());
        net.Send(TestSwitch.Frame(0, 5).Build());
        Assert.Equal([0], net.Receivers());
        net.Send(TestSwitch.Frame(0, 5).Vlan(10).Build()[..17]); // ends inside its tag
        Assert.Equal([0], net.Receivers());
        net.Send(TestSwitch.Frame(0, 5).To("ff:ff:ff:ff:ff:ff").Vlan(10).Build()); // groups: to the default, no flood
        Assert.Equal([0], net.Receivers());
    }

    [Fact]
    [Trait("Clause", "J10")]
    public async Task FullTable_DoesNotLearnAndSilentAddressesAge()
    {
        await using var net = new JoinerNet(devices: 2, options: new JoinerOptions { Capacity = 16, AgeingTime = TimeSpan.FromSeconds(60) });
        for (int i = 1; i <= 20; i++)
        {
            await net.Hear(1, $"10.1.0.{i}", Remote);
        }

        Assert.Equal((16, 4), (net.Joiner.LearnedAddresses, net.Joiner.NotLearned));
        net.Time.Advance(TimeSpan.FromSeconds(59));
        net.Send(Udp(Remote, "10.1.0.1"), Udp(Remote, "10.1.0.20"));
        Assert.Equal([0, 1], net.Receivers());
        net.Time.Advance(TimeSpan.FromSeconds(2));
        net.Send(Udp(Remote, "10.1.0.1"));
        Assert.Equal([0], net.Receivers());
        await net.Hear(0, B, Remote); // the sweep comes with the traffic
        Assert.Equal(1, net.Joiner.LearnedAddresses);
    }
}
