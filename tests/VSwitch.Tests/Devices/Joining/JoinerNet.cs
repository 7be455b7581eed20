using VSwitch.Devices;
using VSwitch.Devices.Joining;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Tests.Devices.Joining;

/// <summary>A joiner on simulated time: device 0 is the default.</summary>
internal sealed class JoinerNet : IAsyncDisposable
{
    private readonly FrameBatch _batch = new(256);
    private readonly LinkLayer _linkLayer;
    private readonly int _capacityOctets;

    internal JoinerNet(
        int devices,
        DeviceCapabilities? capabilities = null,
        LinkLayer linkLayer = LinkLayer.Ip,
        JoinerOptions? options = null,
        int capacityOctets = 1 << 16)
    {
        _linkLayer = linkLayer;
        _capacityOctets = capacityOctets;
        Joiner = new Joiner((options ?? new JoinerOptions()) with { LinkLayer = linkLayer }, Time);
        for (int i = 0; i < devices; i++)
        {
            TestDevice device = Make(capabilities: capabilities);
            Devices.Add(device);
            if (i > 0)
            {
                Joiner.AttachSecondary(device);
            }
            else
            {
                Assert.True(Joiner.AttachDefaultAsync(device).AsTask().IsCompletedSuccessfully); // there is nothing to close
            }
        }
    }

    internal VirtualTime Time { get; } = new();

    internal Joiner Joiner { get; }

    internal List<TestDevice> Devices { get; } = [];

    /// <summary>Why the last send took fewer than all.</summary>
    internal DropReason Refusal => _batch.Refusal;

    internal TestDevice Make(LinkLayer? linkLayer = null, DeviceCapabilities? capabilities = null, int mtu = 1500) =>
        new("nested", linkLayer ?? _linkLayer, capabilities, mtu, _capacityOctets);

    /// <returns>How many the joiner took.</returns>
    internal int Send(params byte[][] packets)
    {
        _batch.Clear();
        Assert.All(packets, p => Assert.True(_batch.TryAppend(p)));
        return Joiner.TrySend(_batch, [.. Enumerable.Range(0, packets.Length)]);
    }

    /// <returns>How many the joiner took.</returns>
    internal int Send(params SuperFrame[] frames)
    {
        _batch.Clear();
        Assert.All(frames, f => Assert.True(_batch.TryAppend(f.Octets, f.Offload)));
        return Joiner.TrySend(_batch, [.. Enumerable.Range(0, frames.Length)]);
    }

    /// <summary>Waits until so many packets have come.</summary>
    internal async Task<List<byte[]>> Receive(int packets)
    {
        var received = new List<byte[]>();
        while (received.Count < packets)
        {
            Assert.True(await Joiner.WaitToReceiveAsync().Soon());
            _batch.Clear();
            Joiner.TryReceive(_batch);
            for (int i = 0; i < _batch.Count; i++)
            {
                received.Add(_batch.Octets(i).ToArray());
            }
        }

        return received;
    }

    /// <summary>Lets the joiner hear an address from a device.</summary>
    internal async Task Hear(int device, string source, string destination)
    {
        Devices[device].Far.Send(IpPacket.Udp(source, destination));
        await Receive(1);
    }

    /// <summary>Which devices' far ends have got something since they were asked last; throws it away.</summary>
    internal int[] Receivers() => [.. Enumerable.Range(0, Devices.Count).Where(i => !Devices[i].IsClosed && Devices[i].Far.Receive().Count > 0)];

    internal async Task<DeviceEvent> NextEvent() => await Joiner.Events.ReadAsync().Soon();

    public ValueTask DisposeAsync() => Joiner.DisposeAsync();
}
