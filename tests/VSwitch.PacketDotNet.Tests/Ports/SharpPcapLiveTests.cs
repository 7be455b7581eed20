using System.Buffers.Binary;
using VSwitch.Devices;
using VSwitch.Devices.Packet;
using VSwitch.Devices.Workers;
using VSwitch.Frames;
using VSwitch.PacketDotNet.Ports;
using VSwitch.TestKit;
using VSwitch.Wire;

namespace VSwitch.PacketDotNet.Tests.Ports;

/// <summary>An interface of the kernel through SharpPcap and libpcap, a real switch with its workers, and a station at either side.</summary>
public sealed class SharpPcapLiveTests
{
    private const EtherType Marked = (EtherType)0x88B5; // for experiments: IEEE 802
    private const int Frames = 6_400;
    private const int AtOnce = 32;

    [Fact]
    public async Task Veth_FramesPassBothWays_OnceAndInOrder()
    {
        using var veth = new VethNamespace();
        await using PacketDevice station = await veth.OpenPlain("peer0");
        (PipeDevice inside, PipeDevice far) = PipeDevice.CreatePair("far");
        await using var host = new SwitchHost(new VirtualSwitch());
        SharpPcapDevice port = veth.OpenPort(new SharpPcapOptions { KernelBufferOctets = 64 << 20, QueueOctets = 64 << 20 });
        host.AddPort(port, "veth");
        host.AddPort(inside, "far");

        Assert.Equal(Enumerable.Range(0, Frames), await Pass(station, far, from: 1, to: 2));
        Assert.Equal(Enumerable.Range(0, Frames), await Pass(far, station, from: 2, to: 1));
        SharpPcapCounters counters = port.Counters;
        Assert.Equal((Frames, Frames), (counters.Received, counters.Sent)); // what it sent it has not heard again
        Assert.Equal((0, 0, 0, 0), (counters.Overflowed, counters.KernelDropped, counters.SendFailed, counters.Cut));
    }

    /// <summary>libpcap shows what others send by the interface, too: a switch that heard it would learn stations of the wrong side.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Veth_WhatTheHostSendsByTheInterface_IsHeardOnlyOnRequest(bool onlyInbound)
    {
        using var veth = new VethNamespace();
        await using PacketDevice station = await veth.OpenPlain("peer0");
        await using PacketDevice beside = await veth.OpenPlain("port0");
        await using SharpPcapDevice port = veth.OpenPort(new SharpPcapOptions { OnlyInbound = onlyInbound });
        await Send(beside, [Frame(7, 1, 2)]);
        await Send(station, [Frame(8, 1, 2)]);
        int[] expected = onlyInbound ? [8] : [7, 8];
        Assert.Equal(expected, await Receive(port, expected.Length));
    }

    [Fact]
    public async Task Veth_WhatTheKernelHasNoRoomFor_IsCounted()
    {
        const int Sent = 5000;
        using var veth = new VethNamespace();
        await using PacketDevice station = await veth.OpenPlain("peer0");
        await using SharpPcapDevice port = veth.OpenPort(new SharpPcapOptions { KernelBufferOctets = 1 << 20 });
        for (int i = 0; i < Sent; i += 50)
        {
            await Send(station, [.. Enumerable.Range(i, 50).Select(n => Frame(n % 10, 1, 2))]); // nobody receives yet
        }

        port.TryReceive(new FrameBatch());
        await Waiting.Until(() => port.Counters is { } c && c.Received + c.Overflowed + c.KernelDropped == Sent, "each frame is received or counted");
        Assert.InRange(port.Counters.KernelDropped, 1, Sent - 1);
    }

    [Fact]
    public async Task Veth_TagsAndLengths_StayAsTheyAre()
    {
        using var veth = new VethNamespace();
        await using PacketDevice station = await veth.OpenPlain("peer0");
        await using SharpPcapDevice port = veth.OpenPort();
        byte[] tagged = new FrameBuilder().From(TestSwitch.Mac(1)).To(TestSwitch.Mac(2)).Vlan(100, 5).Udp("10.0.0.1", "10.0.0.2", 1472).Build();
        await Send(station, [tagged]);
        var batch = new FrameBatch();
        Assert.True(await port.WaitToReceiveAsync(TestContext.Current.CancellationToken).Soon());
        Assert.Equal(1, port.TryReceive(batch));
        Assert.Equal(tagged, batch.Octets(0).ToArray());
        await Send(port, [tagged]);
        batch.Clear();
        await Waiting.Until(() => station.TryReceive(batch) > 0, "the frame is at the station");
        Assert.Equal(tagged, batch.Octets(0).ToArray());
    }

    [Fact]
    public async Task Veth_ThatGoesAway_ClosesTheDeviceWithACause()
    {
        using var veth = new VethNamespace();
        await using SharpPcapDevice port = veth.OpenPort();
        port.TryReceive(new FrameBatch());
        veth.Ip("link del port0");
        string? cause = await port.Ended.Soon();
        Assert.False(string.IsNullOrWhiteSpace(cause));
        TestContext.Current.TestOutputHelper?.WriteLine(cause);
        Assert.True(port.Events.TryRead(out DeviceEvent first) && port.Events.TryRead(out DeviceEvent last) && (first, last) == (DeviceEvent.Up, DeviceEvent.Down));
        Assert.False(await port.WaitToReceiveAsync(TestContext.Current.CancellationToken).Soon());
    }

    [Fact]
    public async Task Veth_ThatComesBack_IsOpenedAgainByTheHost()
    {
        using var veth = new VethNamespace();
        (PipeDevice inside, PipeDevice far) = PipeDevice.CreatePair("far");
        await using var host = new SwitchHost(new VirtualSwitch());
        host.AddPort("veth", () => veth.OpenPort());
        host.AddPort(inside, "far");
        veth.Ip("link del port0");
        await Waiting.Until(() => host.LostPorts.Contains("veth"), "the port is lost");
        veth.Plug();
        await Waiting.Until(() => host.LostPorts.Count == 0, "the port is back");
        await using PacketDevice station = await veth.OpenPlain("peer0");
        await Send(station, [Frame(5, 1, 2)]);
        Assert.Equal([5], await Receive(far, 1));
    }

    [Fact]
    public async Task DisposeAsync_IdleInterface_EndsItsThread()
    {
        using var veth = new VethNamespace();
        SharpPcapDevice port = veth.OpenPort();
        Assert.Equal(0, port.TryReceive(new FrameBatch()));
        await port.DisposeAsync().Soon();
        Assert.True(port.Ended.IsCompleted);
        Assert.Null(await port.Ended);
    }

    private static byte[] Frame(int number, int from, int to)
    {
        byte[] payload = new byte[46 + (number % 1400)];
        BinaryPrimitives.WriteInt32BigEndian(payload, number);
        return new FrameBuilder().From(TestSwitch.Mac(from)).To(TestSwitch.Mac(to)).Type(Marked).Payload(payload).Build();
    }

    // In portions, each received before the next is sent: neither side can overflow, however slow the machine is.
    private static async Task<List<int>> Pass(IPacketDevice source, IPacketDevice target, int from, int to)
    {
        var numbers = new List<int>();
        for (int first = 0; first < Frames; first += AtOnce)
        {
            await Send(source, [.. Enumerable.Range(first, AtOnce).Select(n => Frame(n, from, to))]);
            numbers.AddRange(await Receive(target, AtOnce));
        }

        return numbers;
    }

    private static async Task<int> Send(IPacketDevice device, byte[][] frames)
    {
        var batch = new FrameBatch();
        foreach (byte[] frame in frames)
        {
            Assert.True(batch.TryAppend(frame));
        }

        int sent = 0;
        await Waiting.Until(() => (sent += device.TrySend(batch, [.. Enumerable.Range(sent, frames.Length - sent)])) == frames.Length, "the frames are sent");
        return sent;
    }

    private static async Task<List<int>> Receive(IPacketDevice device, int count)
    {
        var numbers = new List<int>();
        var batch = new FrameBatch();
        await Waiting.Until(
            () =>
            {
                batch.Clear();
                device.TryReceive(batch);
                for (int i = 0; i < batch.Count; i++)
                {
                    if (EthernetHeader.TryRead(batch.Octets(i), out EthernetHeader header) && header.EtherType == Marked)
                    {
                        numbers.Add(BinaryPrimitives.ReadInt32BigEndian(batch.Octets(i)[EthernetHeader.Length..]));
                    }
                }

                return numbers.Count >= count;
            },
            $"{count} frames");
        return numbers;
    }
}
