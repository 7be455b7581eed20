using VSwitch.Frames;
using VSwitch.Identifiers;
using VSwitch.Policies;
using VSwitch.TestKit;
using VSwitch.Vlans;

namespace VSwitch.Tests.Forwarding.Bridging;

/// <summary>A bridge in memory, with ports of given VLANs or policies.</summary>
internal sealed class BridgeNet
{
    internal BridgeNet(params IEnumerable<PortVlans> ports)
        : this(null, [.. ports.Select(p => new PortPolicy { Vlans = p })])
    {
    }

    internal BridgeNet(BridgePolicy? bridge, params IEnumerable<PortPolicy> ports)
    {
        Net = new TestSwitch(0, new SwitchOptions { Bridge = bridge ?? BridgePolicy.None });
        foreach (PortPolicy port in ports)
        {
            Net.Plug(port);
        }
    }

    internal TestSwitch Net { get; }

    internal static VlanId Vlan(int vid) => new((ushort)vid);

    internal static VlanSet Set(string text) => VlanSet.Parse(text);

    internal long Drops(int port, DropReason reason) => Net.Ports[port].Counters.Drops(reason);

    /// <summary>Sends a frame and says what has come out, per port; nothing may be unaccounted for.</summary>
    internal List<byte[]>[] Exchange(int port, byte[] frame, OffloadInfo offload = default)
    {
        Net.Send(port, frame, offload);
        List<byte[]>[] seen = [.. Enumerable.Range(0, Net.Stations.Count).Select(i => Net.Receive(i))];
        Assert.Equal(0, Net.Unaccounted());
        return seen;
    }

    /// <summary>Sends a frame, and expects exactly this at exactly these ports.</summary>
    internal void Expect(int port, byte[] frame, params (int Port, byte[] Frame)[] expected)
    {
        List<byte[]>[] seen = Exchange(port, frame);
        Assert.Equal(
            expected.OrderBy(e => e.Port).Select(e => $"{e.Port}: {Convert.ToHexString(e.Frame)}"),
            seen.SelectMany((frames, i) => frames.Select(f => $"{i}: {Convert.ToHexString(f)}")));
    }

    /// <summary>Sends a frame that is dropped for a reason, and seen nowhere.</summary>
    internal void ExpectDrop(int port, byte[] frame, DropReason reason)
    {
        long before = Drops(port, reason);
        Expect(port, frame);
        Assert.Equal(before + 1, Drops(port, reason));
    }

    internal static FrameBuilder Broadcast(int from) => new FrameBuilder().From(TestSwitch.Mac(from)).To(MacAddress.Broadcast);

    internal static FrameBuilder Frame(int from, int to) => TestSwitch.Frame(from, to);
}
