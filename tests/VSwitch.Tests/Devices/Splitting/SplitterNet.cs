using VSwitch.Devices;
using VSwitch.Devices.Splitting;
using VSwitch.Frames;
using VSwitch.TestKit;

namespace VSwitch.Tests.Devices.Splitting;

/// <summary>A splitter with a backend in memory and some frontends.</summary>
internal sealed class SplitterNet : IAsyncDisposable
{
    private readonly FrameBatch _batch = new(64);

    internal SplitterNet(params int[] frontends)
        : this(null, attach: true, frontends)
    {
    }

    internal SplitterNet(DeviceCapabilities? capabilities, bool attach, params int[] frontends)
    {
        Backend = Make(capabilities);
        foreach (int index in frontends)
        {
            Frontends.Add(index, Splitter.Get(index));
        }

        if (attach)
        {
            Assert.True(Splitter.AttachAsync(Backend).AsTask().IsCompletedSuccessfully); // there is nothing to close
        }
    }

    internal Splitter Splitter { get; } = new();

    internal TestDevice Backend { get; }

    internal Dictionary<int, SplitFrontend> Frontends { get; } = [];

    /// <summary>Why the last send took fewer than all.</summary>
    internal DropReason Refusal => _batch.Refusal;

    internal static TestDevice Make(DeviceCapabilities? capabilities = null, int mtu = 1500) => new("backend", LinkLayer.Ip, capabilities, mtu, 1 << 17);

    internal int Send(int frontend, params byte[][] packets)
    {
        _batch.Clear();
        Assert.All(packets, p => Assert.True(_batch.TryAppend(p)));
        return Frontends[frontend].TrySend(_batch, [.. Enumerable.Range(0, packets.Length)]);
    }

    /// <summary>Waits until so many packets have come to a frontend; their last octets.</summary>
    internal async Task<List<int>> Receive(int frontend, int packets)
    {
        List<int> marks = [];
        while (marks.Count < packets)
        {
            Assert.True(await Frontends[frontend].WaitToReceiveAsync().Soon());
            marks.AddRange(ReceiveNow(frontend));
        }

        return marks;
    }

    internal List<int> ReceiveNow(int frontend)
    {
        List<int> marks = [];
        do
        {
            _batch.Clear();
            Frontends[frontend].TryReceive(_batch);
            marks.AddRange(Enumerable.Range(0, _batch.Count).Select(i => (int)_batch.Octets(i)[^1]));
        }
        while (_batch.Count > 0);

        return marks;
    }

    internal List<DeviceEvent> Events(int frontend)
    {
        List<DeviceEvent> events = [];
        while (Frontends[frontend].Events.TryRead(out DeviceEvent change))
        {
            events.Add(change);
        }

        return events;
    }

    /// <summary>Received + replicated - sent - dropped.</summary>
    internal long Unaccounted()
    {
        TrafficCounters counters = Splitter.Counters;
        return counters.ReceivedFrames + counters.Replicated - counters.SentFrames - counters.TotalDrops();
    }

    public ValueTask DisposeAsync() => Splitter.DisposeAsync();
}
