using VSwitch.Devices;
using VSwitch.Devices.Splitting;
using VSwitch.Frames;
using VSwitch.TestKit;
using static VSwitch.TestKit.IpPacket;

namespace VSwitch.Tests.Devices.Splitting;

public sealed class SplitterTests
{
    private const string A = "10.0.0.1";
    private const string Remote = "192.0.2.9";

    [Theory]
    [Trait("Clause", "S1")]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(17)]
    public async Task Get_IndexThatNoFrontendHas_IsRefused(int index)
    {
        await using var net = new SplitterNet();
        Assert.Throws<ArgumentOutOfRangeException>(() => net.Splitter.Get(index));
    }

    [Fact]
    [Trait("Clause", "S1")]
    public async Task Get_SameIndexAgain_GivesANewFrontendAndClosesTheEarlier()
    {
        await using var net = new SplitterNet();
        SplitFrontend former = net.Splitter.Get(16);
        SplitFrontend next = net.Splitter.Get(16);
        Assert.NotSame(former, next);
        Assert.Throws<FrontendClosedException>(() => former.TryReceive(new FrameBatch(1)));
        Assert.False(await former.WaitToReceiveAsync().Soon());
        Assert.True(former.Events.Completion.IsCompleted || former.Events.TryRead(out _));
        Assert.True(next.IsUp);
    }

    [Fact]
    [Trait("Clause", "S2")]
    public async Task Receive_WithoutARouter_AllGoToFrontend1()
    {
        await using var net = new SplitterNet(1, 2);
        net.Backend.Far.Send(Udp(Remote, A, 1));
        net.Backend.Far.Send(Udp(Remote, A, 2));
        Assert.Equal([1, 2], await net.Receive(1, 2));
        Assert.Empty(net.ReceiveNow(2));
    }

    [Fact]
    [Trait("Clause", "S2")]
    public async Task Receive_ByRouter_GoesToTheNamedFrontendOnly()
    {
        await using var net = new SplitterNet(1, 2, 3);
        net.Splitter.SetRouter(new MarkRouter());
        foreach (byte mark in new byte[] { 3, 1, 2, 3, 1 })
        {
            net.Backend.Far.Send(Udp(Remote, A, mark));
        }

        Assert.Equal([3, 3], await net.Receive(3, 2));
        Assert.Equal([1, 1], await net.Receive(1, 2));
        Assert.Equal([2], await net.Receive(2, 1));
        Assert.Equal(0, net.Unaccounted());
    }

    [Theory]
    [Trait("Clause", "S2")]
    [InlineData(0, DropReason.NoRoute)]
    [InlineData(-1, DropReason.NoRoute)]
    [InlineData(17, DropReason.NoRoute)]
    [InlineData(int.MaxValue, DropReason.NoRoute)]
    [InlineData(int.MinValue, DropReason.NoRoute)]
    [InlineData(2, DropReason.NoRoute)] // closed
    [InlineData(3, DropReason.NoRoute)] // down
    [InlineData(4, DropReason.NoRoute)] // never created
    public async Task Receive_AnswerThatNamesNobody_IsDropped(int answer, DropReason reason)
    {
        await using var net = new SplitterNet(1, 2, 3);
        await net.Frontends[2].DisposeAsync();
        net.Frontends[3].Down();
        net.Splitter.SetRouter(new MarkRouter { Answer = mark => mark == 0 ? answer : mark });
        net.Backend.Far.Send(Udp(Remote, A, 0));
        net.Backend.Far.Send(Udp(Remote, A, 1));
        Assert.Equal([1], await net.Receive(1, 1));
        Assert.Equal((1, 1), (net.Splitter.Counters.Drops(reason), net.Splitter.Counters.TotalDrops()));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Clause", "S3")]
    public async Task Router_IsReplacedAndRemovedAtRunTime()
    {
        await using var net = new SplitterNet(1, 2, 3);
        net.Splitter.SetRouter(new MarkRouter { Answer = _ => 2 });
        net.Backend.Far.Send(Udp(Remote, A, 10));
        Assert.Equal([10], await net.Receive(2, 1));
        net.Splitter.ResetRouter(new MarkRouter { Answer = _ => 3 });
        net.Backend.Far.Send(Udp(Remote, A, 11));
        Assert.Equal([11], await net.Receive(3, 1));
        net.Splitter.RemoveRouter();
        net.Backend.Far.Send(Udp(Remote, A, 12));
        Assert.Equal([12], await net.Receive(1, 1));
        net.Splitter.SetRouter(new MarkRouter { Answer = _ => 2 });
        net.Splitter.SetRouter(null);
        net.Backend.Far.Send(Udp(Remote, A, 13));
        Assert.Equal([13], await net.Receive(1, 1));
        Assert.Throws<ArgumentNullException>(() => net.Splitter.ResetRouter(null!));
    }

    [Theory]
    [Trait("Clause", "S3")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Router_IsLockedOnceABatchAndAskedOnceAPacket(bool isNative)
    {
        var router = new MarkRouter { Answer = _ => 1 };
        await using var net = new SplitterNet(new DeviceCapabilities { IsNative = isNative, BatchSize = 64 }, attach: false, 1);
        net.Splitter.SetRouter(router);
        byte[][] packets = [.. Enumerable.Range(0, 5).Select(i => Udp(Remote, A, (byte)i))];
        foreach (byte[] packet in packets)
        {
            net.Backend.Far.Send(packet);
        }

        await net.Splitter.AttachAsync(net.Backend); // five wait: one batch
        Assert.Equal([0, 1, 2, 3, 4], await net.Receive(1, 5));
        Assert.Equal(["lock", "route", "route", "route", "route", "route", "unlock"], router.Calls);
        Assert.Equal(packets, router.Packets);
        Assert.All(router.Natives, n => Assert.Equal(isNative, n));
        Assert.All(net.Frontends.Values, f => Assert.False(f.Capabilities.IsNative));
    }

    [Fact]
    [Trait("Clause", "S3")]
    public async Task RouterThatThrows_LosesItsPacketOnly()
    {
        await using var net = new SplitterNet(1);
        net.Splitter.SetRouter(new MarkRouter { Answer = mark => mark == 7 ? throw new InvalidOperationException("no idea") : 1 });
        foreach (byte mark in new byte[] { 6, 7, 8 })
        {
            net.Backend.Far.Send(Udp(Remote, A, mark));
        }

        Assert.Equal([6, 8], await net.Receive(1, 2));
        Assert.Equal(1, net.Splitter.Counters.Drops(DropReason.RouterFault));
        Assert.Equal(0, net.Unaccounted());
    }

    [Fact]
    [Trait("Clause", "S4")]
    public async Task Send_FromAnyFrontend_GoesToTheCurrentBackend()
    {
        await using var net = new SplitterNet(1, 7);
        Assert.Equal(1, net.Send(1, Udp(A, Remote, 1)));
        Assert.Equal(1, net.Send(7, Udp(A, Remote, 7)));
        Assert.Equal([1, 7], net.Backend.Far.Receive().Select(p => (int)p[^1]));
        TestDevice next = SplitterNet.Make();
        await net.Splitter.AttachAsync(next).Soon();
        Assert.Equal(1, net.Send(7, Udp(A, Remote, 8)));
        Assert.Equal([8], next.Far.Receive().Select(p => (int)p[^1]));
    }

    [Fact]
    [Trait("Clause", "S4")]
    public async Task Send_BackendFullOrMissing_TakesNoneAndWaitEndsWhenThereIsRoom()
    {
        await using var net = new SplitterNet(1, 2);
        int sent = 0;
        while (net.Send(1, [.. Enumerable.Repeat(Udp(A, Remote), 64)]) is int taken and > 0)
        {
            sent += taken;
        }

        Assert.Equal(DropReason.EgressFull, net.Refusal);
        Task<bool> first = net.Frontends[1].WaitToSendAsync().Soon();
        Task<bool> second = net.Frontends[2].WaitToSendAsync().Soon(); // at the same time
        Assert.False(first.IsCompleted || second.IsCompleted);
        Assert.Equal(sent, net.Backend.Far.Receive().Count);
        Assert.True(await first && await second);

        await net.Splitter.DetachAsync().Soon();
        Assert.Equal(0, net.Send(1, Udp(A, Remote)));
        Assert.Equal(DropReason.LinkDown, net.Refusal);
        first = net.Frontends[1].WaitToSendAsync().Soon();
        Assert.False(first.IsCompleted);
        await net.Splitter.AttachAsync(SplitterNet.Make()).Soon();
        Assert.True(await first);
        Assert.Equal(1, net.Send(1, Udp(A, Remote)));
    }

    [Fact]
    [Trait("Clause", "S5")]
    public async Task Attach_Again_ReplacesAndClosesTheOldBackendAndFrontendsSurvive()
    {
        await using var net = new SplitterNet(1);
        TestDevice next = SplitterNet.Make(mtu: 1280);
        await net.Splitter.AttachAsync(next).Soon();
        Assert.True(net.Backend.IsClosed);
        Assert.Same(next, net.Splitter.Backend);
        Assert.Equal(1280, net.Frontends[1].Mtu);
        next.Far.Send(Udp(Remote, A, 4));
        Assert.Equal([4], await net.Receive(1, 1));
        await net.Splitter.AttachAsync(next).Soon(); // the same again
        Assert.False(next.IsClosed);
        Assert.True(await net.Splitter.DetachAsync().Soon());
        Assert.False(await net.Splitter.DetachAsync().Soon());
        Assert.True(next.IsClosed);
        Assert.True(net.Frontends[1].IsUp);
        TestDevice last = SplitterNet.Make();
        await net.Splitter.AttachAsync(last).Soon();
        last.Far.Send(Udp(Remote, A, 5));
        Assert.Equal([5], await net.Receive(1, 1));
    }

    [Fact]
    [Trait("Clause", "S5")]
    public async Task BackendThatFails_IsDetachedAndFrontendsSurvive()
    {
        await using var net = new SplitterNet(1);
        net.Backend.ReceiveErrors.Enqueue(new TemporaryDeviceException("try again"));
        net.Backend.Far.Send(Udp(Remote, A, 1));
        Assert.Equal([1], await net.Receive(1, 1));
        net.Backend.ReceiveErrors.Enqueue(new InvalidOperationException("broken"));
        net.Backend.Far.Send(Udp(Remote, A, 2));
        await Waiting.Until(() => net.Splitter.Backend is null && net.Backend.IsClosed, "the backend is detached and closed");
        TestDevice next = SplitterNet.Make();
        await net.Splitter.AttachAsync(next).Soon();
        next.Far.Send(Udp(Remote, A, 3));
        Assert.Equal([3], await net.Receive(1, 1));
    }

    [Fact]
    [Trait("Clause", "S6")]
    public async Task Down_ReleasesItsPendingCallsOnlyAndUpWorksAgain()
    {
        await using var net = new SplitterNet(1, 2);
        SplitFrontend one = net.Frontends[1];
        Task<bool> waits = one.WaitToReceiveAsync().Soon();
        Task<bool> others = net.Frontends[2].WaitToReceiveAsync().Soon();
        one.Down();
        await Assert.ThrowsAsync<DeviceDownException>(() => waits);
        Assert.False(others.IsCompleted);
        Assert.False(one.IsUp);
        Assert.Throws<DeviceDownException>(() => one.TryReceive(new FrameBatch(1)));
        Assert.Throws<DeviceDownException>(() => net.Send(1, Udp(A, Remote)));
        await Assert.ThrowsAsync<DeviceDownException>(() => one.WaitToReceiveAsync().Soon());
        await Assert.ThrowsAsync<DeviceDownException>(() => one.WaitToSendAsync().Soon());
        Assert.Equal(1, net.Send(2, Udp(A, Remote)));
        Assert.True(one.Up());
        net.Backend.Far.Send(Udp(Remote, A, 3));
        Assert.Equal([3], await net.Receive(1, 1));
        Assert.Equal([DeviceEvent.Up, DeviceEvent.Down, DeviceEvent.Up], net.Events(1));
    }

    [Fact]
    [Trait("Clause", "S6")]
    public async Task Down_ReleasesThoseWhoWaitToSend()
    {
        await using var net = new SplitterNet(1, 2);
        await net.Splitter.DetachAsync().Soon();
        Task<bool> one = net.Frontends[1].WaitToSendAsync().Soon();
        Task<bool> two = net.Frontends[2].WaitToSendAsync().Soon();
        net.Frontends[1].Down();
        await Assert.ThrowsAsync<DeviceDownException>(() => one);
        await net.Frontends[2].DisposeAsync();
        Assert.False(await two);
    }

    [Fact]
    [Trait("Clause", "S6")]
    public async Task Close_TouchesItselfOnlyAndUpDoesNotHelp()
    {
        await using var net = new SplitterNet(1, 2);
        SplitFrontend one = net.Frontends[1];
        Task<bool> waits = one.WaitToReceiveAsync().Soon();
        await one.DisposeAsync();
        await one.DisposeAsync();
        Assert.False(await waits);
        Assert.False(one.Up());
        Assert.Throws<FrontendClosedException>(() => net.Send(1, Udp(A, Remote)));
        Assert.Equal(1, net.Send(2, Udp(A, Remote)));
        Assert.False(net.Backend.IsClosed);
        net.Events(1);
        Assert.True(one.Events.Completion.IsCompleted);
    }

    [Fact]
    [Trait("Clause", "S6")]
    public async Task Errors_AreSixDistinctOnes()
    {
        await using var net = new SplitterNet(new DeviceCapabilities { SendHeadroom = 64 }, attach: true, 1, 2, 3);
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await net.Splitter.AttachAsync(null!));
        ArgumentOutOfRangeException badIndex = Assert.Throws<ArgumentOutOfRangeException>(() => net.Splitter.Get(0));
        Assert.Equal("index", badIndex.ParamName);
        var batch = new FrameBatch(1);
        Udp(A, Remote).CopyTo(batch.NextSlot()[63..]);
        batch.Append(Udp(A, Remote).Length, offset: 63);
        ArgumentOutOfRangeException offset = Assert.Throws<ArgumentOutOfRangeException>(() => net.Frontends[1].TrySend(batch, [0]));
        Assert.Equal("batch", offset.ParamName);
        net.Frontends[2].Down();
        Assert.Throws<DeviceDownException>(() => net.Frontends[2].TrySend(batch, [0]));
        await net.Frontends[3].DisposeAsync();
        Assert.Throws<FrontendClosedException>(() => net.Frontends[3].TrySend(batch, [0]));
        await net.Splitter.DisposeAsync();
        Assert.Throws<SplitterClosedException>(() => net.Frontends[1].TrySend(batch, [0]));
        Assert.Throws<SplitterClosedException>(() => net.Splitter.Get(1));
        TestDevice late = SplitterNet.Make();
        await Assert.ThrowsAsync<SplitterClosedException>(async () => await net.Splitter.AttachAsync(late));
        Assert.False(late.IsClosed);
    }

    [Fact]
    [Trait("Clause", "S7")]
    public async Task Dispose_ClosesFrontendsAndBackend()
    {
        await using var net = new SplitterNet(1, 2);
        Task<bool> wait = net.Frontends[2].WaitToReceiveAsync().Soon();
        await net.Splitter.DisposeAsync();
        await net.Splitter.DisposeAsync();
        Assert.False(await wait);
        Assert.True(net.Backend.IsClosed);
        Assert.Throws<SplitterClosedException>(() => net.Frontends[1].TryReceive(new FrameBatch(1)));
        Assert.False(await net.Frontends[1].WaitToSendAsync().Soon());
        Assert.False(net.Frontends[1].Up());
    }

    [Fact]
    [Trait("Clause", "S8")]
    public async Task SlowFrontend_LosesPacketsAndStallsNobody()
    {
        const int Packets = 5000;
        await using var net = new SplitterNet(1, 2);
        net.Splitter.SetRouter(new MarkRouter());
        int got = 0;
        for (int i = 0; i < Packets; i++)
        {
            net.Backend.Far.Send([.. new byte[1399], (byte)((i % 2) + 1)]);
            if (i % 20 == 19)
            {
                got += (await net.Receive(1, 10)).Count; // frontend 2 takes nothing
            }
        }

        Assert.Equal(Packets / 2, got);
        await Waiting.Until(() => net.Splitter.Counters.ReceivedFrames == Packets && net.Unaccounted() == 0, "the burst is over");
        long dropped = net.Splitter.Counters.Drops(DropReason.EgressFull);
        Assert.True(dropped > 0);
        Assert.Equal((Packets / 2) - dropped, net.ReceiveNow(2).Count);
    }

    [Fact]
    [Trait("Clause", "S9")]
    public async Task MoreThan16Frontends_WhenAskedFor()
    {
        await using var splitter = new Splitter(new SplitterOptions { Frontends = 1000 });
        var backend = SplitterNet.Make();
        await splitter.AttachAsync(backend);
        SplitFrontend last = splitter.Get(1000);
        splitter.SetRouter(new MarkRouter { Answer = _ => 1000 });
        backend.Far.Send(Udp(Remote, A, 1));
        Assert.True(await last.WaitToReceiveAsync().Soon());
        Assert.Equal(1, last.TryReceive(new FrameBatch(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => splitter.Get(1001));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Splitter(new SplitterOptions { Frontends = SplitterOptions.MaxFrontends + 1 }));
    }

    [Fact]
    [Trait("Clause", "S10")]
    public async Task SetRouter_OnePacket_ReachesEveryFrontendOfTheSetOnce()
    {
        await using var net = new SplitterNet(1, 2, 3, 16);
        net.Splitter.SetRouter(new FloodRouter());
        net.Backend.Far.Send(Udp(Remote, A, 2)); // to all but 2
        Assert.Equal([2], await net.Receive(1, 1));
        Assert.Equal([2], await net.Receive(3, 1));
        Assert.Equal([2], await net.Receive(16, 1));
        Assert.Empty(net.ReceiveNow(2));
        net.Backend.Far.Send(Udp(Remote, A, 100)); // to nobody
        net.Backend.Far.Send(Udp(Remote, A, 3));
        Assert.Equal([3], await net.Receive(2, 1));
        TrafficCounters counters = net.Splitter.Counters;
        Assert.Equal((3, 4, 6, 1), (counters.ReceivedFrames, counters.Replicated, counters.SentFrames, counters.Drops(DropReason.NoRoute)));
    }

    [Fact]
    [Trait("Clause", "S10")]
    public void Pump_FloodInSteadyState_AllocatesNothing()
    {
        var splitter = new Splitter();
        SplitFrontend[] frontends = [.. Enumerable.Range(1, 16).Select(splitter.Get)];
        TestDevice device = SplitterNet.Make();
        var pump = new BackendPump(new SplitBackend(splitter, device, splitter.Counters), [null, .. frontends], splitter.Counters);
        var router = new FloodRouter();
        var batch = new FrameBatch(8);
        int[] all = [.. Enumerable.Range(0, 8)];
        Assert.All(all, i => batch.TryAppend(Udp(Remote, A, 77)));
        var received = new FrameBatch();
        long allocated = 0;
        for (int round = 0; round < 200; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            device.Far.Device.TrySend(batch, all);
            pump.Run(router);
            foreach (SplitFrontend frontend in frontends)
            {
                received.Clear();
                frontend.TryReceive(received);
            }

            allocated = round < 100 ? 0 : allocated + GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal((0, 200L * 8 * 16), (allocated, splitter.Counters.SentFrames));
    }

    [Fact]
    [Trait("Clause", "S10")]
    public void SplitSet_HoldsWhatAFrontendCanBe()
    {
        var set = new SplitSet(130);
        set.AddAll();
        Assert.Equal(Enumerable.Range(1, 130), Members(set));
        set.Remove(64);
        Assert.Equal(Enumerable.Range(1, 130).Where(i => i != 64), Members(set));
        set.Clear();
        foreach (int index in new[] { -1, 0, 1, 63, 64, 130, 131, int.MaxValue })
        {
            set.Add(index);
        }

        Assert.Equal([1, 63, 64, 130], Members(set));
    }

    private static IEnumerable<int> Members(SplitSet set)
    {
        for (int i = set.Next(0); i != 0; i = set.Next(i))
        {
            yield return i;
        }
    }
}
