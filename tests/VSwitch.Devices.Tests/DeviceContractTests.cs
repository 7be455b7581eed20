using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.TestKit;

namespace VSwitch.Devices.Tests;

/// <summary>T1 to T10 of the device contract, on a real TAP.</summary>
public class DeviceContractTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "T1")]
    [Trait("Clause", "T2")]
    public async Task TryReceive_SeveralWaiting_GivesEachWithItsLength(bool offload)
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(new TunTapOptions { Offload = offload });
        using PacketSocket guest = new(ns, tap.Name);
        List<byte[]> sent = [.. Enumerable.Range(0, 40).Select(i => TestFrames.Numbered(i, 46 + (i * 30)))];
        sent.ForEach(f => guest.Send(f));

        Assert.Equal(sent, await TestFrames.ReceiveNumbered(tap, sent.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Clause", "T2")]
    public async Task TrySend_Frames_ArriveWithoutDeviceHeader(bool offload)
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(new TunTapOptions { Offload = offload });
        using PacketSocket guest = new(ns, tap.Name);
        FrameBatch batch = new();
        List<byte[]> sent = [.. Enumerable.Range(0, 10).Select(i => TestFrames.Numbered(i, 46 + i))];
        sent.ForEach(f => Assert.True(batch.TryAppend(f)));

        Assert.Equal(10, tap.TrySend(batch, [.. Enumerable.Range(0, 10)]));
        sent.ForEach(f => Assert.Equal(f, guest.Receive(r => TestFrames.IsNumbered(r))));
    }

    [Fact]
    [Trait("Clause", "T2")]
    [Trait("Clause", "L9")]
    public async Task TrySend_UnfinishedChecksum_KernelTakesDescriptionOver()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        tap.SetIPv4(IpPrefix.Parse("10.9.1.1/24"));
        using System.Net.Sockets.Socket receiver = ns.Udp(new(System.Net.IPAddress.Any, 5001));
        FrameBuilder builder = new FrameBuilder().To(tap.HardwareAddress).Udp("10.9.1.2", "10.9.1.1", 600, finishChecksum: false);
        OffloadInfo offload = builder.Offload(GsoType.None, 0);

        Assert.Equal(DropReason.None, TestFrames.SendOne(tap, builder.Build(), offload));
        byte[] datagram = new byte[2000];
        Assert.Equal(600, receiver.Receive(datagram));
        Assert.Equal(7, datagram[1]);
    }

    [Fact]
    [Trait("Clause", "T3")]
    public async Task TrySend_FrameAtAnotherOffset_NeedsRoomForHeaderOnly()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        using PacketSocket guest = new(ns, tap.Name);
        byte[] frame = TestFrames.Numbered(1);
        foreach (int offset in new[] { 12, 40, 1000 })
        {
            FrameBatch batch = new(1);
            frame.CopyTo(batch.NextSlot()[offset..]);
            batch.Append(frame.Length, offset);
            Assert.Equal(1, tap.TrySend(batch, [0]));
            Assert.Equal(frame, guest.Receive(r => TestFrames.IsNumbered(r)));
        }

        FrameBatch tooClose = new(1);
        tooClose.Append(frame.Length, 11);
        Assert.Throws<ArgumentOutOfRangeException>(() => tap.TrySend(tooClose, [0]));
    }

    [Fact]
    [Trait("Clause", "T3")]
    public async Task TryReceive_LeavesHeadroomInFrontOfEachFrame()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        using PacketSocket guest = new(ns, tap.Name);
        guest.Send(TestFrames.Numbered(1));
        Assert.True(await Bounded.Within(tap.WaitToReceiveAsync(TestContext.Current.CancellationToken)));
        FrameBatch batch = new();
        Assert.NotEqual(0, tap.TryReceive(batch));
        Assert.Equal(FrameBatch.Headroom, batch[0].Offset);
        Assert.InRange(tap.Capabilities.ReceiveHeadroom, 0, FrameBatch.Headroom);
    }

    [Fact]
    [Trait("Clause", "T4")]
    public async Task TryReceive_SmallBatch_RestComesLater()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        int batchSize = tap.Capabilities.BatchSize;
        using PacketSocket guest = new(ns, tap.Name);
        List<byte[]> sent = [.. Enumerable.Range(0, 20).Select(i => TestFrames.Numbered(i))];
        sent.ForEach(f => guest.Send(f));

        Assert.Equal(sent, await TestFrames.ReceiveNumbered(tap, sent.Count, capacity: 3));
        Assert.Equal(batchSize, tap.Capabilities.BatchSize);
    }

    [Fact]
    [Trait("Clause", "T5")]
    [Trait("Clause", "T6")]
    public async Task NameAndMtu_ChangedByOthers_Follow()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        await ExpectEvent(tap, DeviceEvent.Up);

        ns.Do(route => route.SetMtu(route.GetLink(tap.Name), 9000));
        await ExpectEvent(tap, DeviceEvent.MtuChanged);
        Assert.Equal(9000, tap.Mtu);

        ns.Do(route => route.Rename(route.GetLink(tap.Name), "renamed0"));
        await Bounded.Until(() => tap.Name == "renamed0", "the name follows");
    }

    [Fact]
    [Trait("Clause", "T6")]
    [Trait("Clause", "T7")]
    public async Task Down_IsNotClosed_AndUpWorksAgain()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        await ExpectEvent(tap, DeviceEvent.Up);
        ns.Do(route => route.SetUp(route.GetLink(tap.Name), false));
        await ExpectEvent(tap, DeviceEvent.Down);
        Assert.False(tap.IsUp);
        Assert.Equal(DropReason.LinkDown, TestFrames.SendOne(tap, TestFrames.Numbered(1)));
        await Bounded.Until(() => tap.TryReceive(new FrameBatch()) == 0, "what came before is read, and no error");
        Assert.False(tap.Completion.IsCompleted);

        Task<bool> writable = tap.WaitToSendAsync(TestContext.Current.CancellationToken).AsTask();
        ns.Do(route => route.SetUp(route.GetLink(tap.Name), true));
        await ExpectEvent(tap, DeviceEvent.Up);
        Assert.True(await Bounded.Within(writable));
        Assert.Equal(DropReason.None, TestFrames.SendOne(tap, TestFrames.Numbered(1)));
    }

    [Fact]
    [Trait("Clause", "T8")]
    [Trait("Clause", "T6")]
    [Trait("Clause", "L6")]
    public async Task Dispose_EndsWaitsAndEvents_AndAgainIsFine()
    {
        using TestNamespace ns = new();
        L2Dev tap = ns.Tap();
        string name = tap.Name;
        await ns.Quiet(tap);
        Task<bool> waiting = tap.WaitToReceiveAsync(TestContext.Current.CancellationToken).AsTask();
        await tap.DisposeAsync();
        await tap.DisposeAsync();

        Assert.False(await Bounded.Within(waiting));
        Assert.False(await tap.WaitToSendAsync(TestContext.Current.CancellationToken));
        await Bounded.Within(tap.Completion);
        while (tap.Events.TryRead(out _))
        {
        }

        await Bounded.Within(tap.Events.Completion);
        Assert.False(tap.IsGone);
        Assert.Throws<ObjectDisposedException>(() => tap.TryReceive(new FrameBatch()));
        Assert.Throws<ObjectDisposedException>(() => TestFrames.SendOne(tap, TestFrames.Numbered(1)));
        Assert.Throws<ObjectDisposedException>(() => tap.Send(TestFrames.Numbered(1)));
        Assert.Throws<ObjectDisposedException>(() => tap.SetMtu(1400));
        Assert.Throws<ObjectDisposedException>(() => tap.SetCarrier(true));
        Assert.Null(ns.TryLink(name));
    }

    [Fact]
    [Trait("Clause", "T8")]
    public async Task Wait_Cancelled_Throws_AndDeviceGoesOn()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        await ns.Quiet(tap);
        using CancellationTokenSource stop = new();
        Task<bool> waiting = tap.WaitToReceiveAsync(stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Bounded.Within(waiting));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tap.WaitToReceiveAsync(stop.Token).AsTask());

        tap.SetUp();
        using PacketSocket guest = new(ns, tap.Name);
        guest.Send(TestFrames.Numbered(1));
        Assert.Single(await TestFrames.ReceiveNumbered(tap, 1));
    }

    [Fact]
    [Trait("Clause", "T9")]
    public async Task IsNative_WithHandle()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        Assert.True(tap.Capabilities.IsNative);
        Assert.False(tap.Handle.IsInvalid);
    }

    [Fact]
    [Trait("Clause", "T10")]
    public async Task Refusals_AreNotTheEnd()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap();
        using PacketSocket guest = new(ns, tap.Name);
        FrameBatch batch = new();
        Assert.True(batch.TryAppend(TestFrames.Numbered(1)));
        Assert.True(batch.TryAppend(new byte[13]));
        Assert.True(batch.TryAppend(TestFrames.Numbered(2)));

        Assert.Equal(1, tap.TrySend(batch, [0, 1, 2]));
        Assert.Equal(DropReason.DeviceRefused, batch.Refusal);
        Assert.Equal(1, tap.TrySend(batch, [2]));
        Assert.Equal(1, TestFrames.NumberOf(guest.Receive(r => TestFrames.IsNumbered(r))));
        Assert.Equal(2, TestFrames.NumberOf(guest.Receive(r => TestFrames.IsNumbered(r))));
    }

    [Fact]
    public async Task TryReceiveTrySend_InSteadyState_AllocateNothing()
    {
        using TestNamespace left = new();
        using TestNamespace right = new();
        await using L2Dev a = left.Tap();
        await using L2Dev b = right.Tap();
        using PacketSocket guest = new(left, a.Name);
        byte[] frame = TestFrames.Numbered(0);
        long moved = 0;
        _ = Move(100); // warm

        // A collection that another test causes counts the unused rest of this thread's allocation buffer: the least of five rounds is the truth.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Move(1000)));
        Assert.InRange(moved, 5000, long.MaxValue);

        long Move(int frames)
        {
            FrameBatch batch = new();
            int[] which = [.. Enumerable.Range(0, batch.Capacity)];
            long allocated = 0;
            for (int i = 0; i < frames; i += 20)
            {
                for (int k = 0; k < 20; k++)
                {
                    guest.Send(frame);
                }

                long before = GC.GetAllocatedBytesForCurrentThread();
                batch.Clear();
                int count = a.TryReceive(batch);
                int sent = b.TrySend(batch, which.AsSpan(0, count));
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.Equal(count, sent);
                moved += sent;
            }

            return allocated;
        }
    }

    [Fact]
    public async Task TryReceive_SuperFrames_BoundsTheBurstByOctets()
    {
        using TestNamespace ns = new();
        await using L2Dev tap = ns.Tap(new TunTapOptions { Mtu = 65_000 });
        using PacketSocket guest = new(ns, tap.Name);
        for (int i = 0; i < 16; i++)
        {
            guest.Send(TestFrames.Numbered(i, 60_000));
        }

        Assert.True(await Bounded.Within(tap.WaitToReceiveAsync(TestContext.Current.CancellationToken)));
        FrameBatch batch = new();
        int full = (FrameBatch.BurstOctets / 60_014) + 1; // the last one goes beyond
        Assert.InRange(tap.TryReceive(batch), full, 8); // short ones of the kernel's own beside them
        Assert.Equal(60_014, batch.Octets(batch.Count - 1).Length);
        Assert.All(Enumerable.Range(0, batch.Count), i => Assert.Equal(DropReason.None, batch[i].Drop));
    }

    private static async Task ExpectEvent(L2Dev tap, DeviceEvent expected) =>
        Assert.Equal(expected, await Bounded.Within(tap.Events.ReadAsync(TestContext.Current.CancellationToken)));
}
