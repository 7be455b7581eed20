using VSwitch.Devices.Tap;
using VSwitch.Devices.TunTap;
using VSwitch.Frames;

namespace VSwitch.Integration.Tests.Oracles;

/// <summary>The kernel's bridge in a namespace of its own, with TAPs as ports; it knows nothing of VLANs here.</summary>
/// <remarks>
/// A frame that is written into a TAP has been forwarded when the call returns: the kernel bridges it in the writer's own context. The bridge's own broadcast, which
/// no flag of a port keeps back, is behind it in each queue. Source: ip-link(8), drivers/net/tun.c, net/bridge/br_device.c.
/// </remarks>
internal sealed class LinuxBridge : IOracle
{
    private const string Bridge = "br0";
    private const int MtuOctets = 2000;

    private readonly TestNamespace _namespace;
    private readonly List<L2Dev> _taps = [];
    private readonly FrameBatch _batch = new();
    private PacketSocket? _own;
    private long _markers;

    private LinuxBridge(TestNamespace ns) => _namespace = ns;

    public int Ports => _taps.Count;

    /// <param name="ports">Its ports.</param>
    internal static Task<LinuxBridge> Start(params IReadOnlyList<BridgePort> ports) => Start(ports, 0);

    /// <param name="ports">Its ports.</param>
    /// <param name="groupForwardMask">A bit for each address of 01-80-C2-00-00-00 to -0F that is to be forwarded; the kernel allows those from -03 on.</param>
    internal static async Task<LinuxBridge> Start(IReadOnlyList<BridgePort> ports, int groupForwardMask)
    {
        LinuxBridge made = new(new TestNamespace());
        try
        {
            await made.Plug(ports, groupForwardMask);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<byte[]>[] Exchange(int port, byte[] frame)
    {
        byte[] marker = Marker.Make(++_markers);
        Write(_taps[port], frame);
        _own!.Send(marker);
        return [.. _taps.Select(tap => ReadUntil(tap, marker))];
    }

    public async Task Flush() => await Succeed("link", "set", Bridge, "type", "bridge", "fdb_flush");

    /// <summary>What it has learned, a line each.</summary>
    internal async Task<string> Stations()
    {
        using LabProcess bridge = LabProcess.Start(_namespace, Programs.Bridge, "fdb", "show", "br", Bridge, "dynamic");
        Assert.True(await bridge.Exit() == 0, bridge.Text);
        return string.Join('\n', bridge.Output);
    }

    public Task<string> Explain(int port, byte[] frame) => Stations();

    public async ValueTask DisposeAsync()
    {
        _own?.Dispose();
        foreach (L2Dev tap in _taps)
        {
            await tap.DisposeAsync();
        }

        _namespace.Dispose();
    }

    /// <summary>Keeps the firewall out of the bridge: it would drop frames whose IP header is wrong (br_netfilter, where that is loaded).</summary>
    private void IgnorePackets() => _namespace.Run(() =>
    {
        foreach (string tables in new[] { "iptables", "ip6tables", "arptables" })
        {
            string path = $"/proc/sys/net/bridge/bridge-nf-call-{tables}";
            if (File.Exists(path))
            {
                File.WriteAllText(path, "0");
            }
        }

        return 0;
    });

    private static string NameOf(int port) => $"t{port}";

    private async Task Plug(IReadOnlyList<BridgePort> ports, int groupForwardMask)
    {
        LabStation.Silence(_namespace);
        IgnorePackets();
        await Need(
            "bridge", "link", "add", Bridge, "mtu", $"{MtuOctets}", "type", "bridge",
            "stp_state", "0", "forward_delay", "0", "ageing_time", "100000", "mcast_snooping", "0");
        await Need("group_fwd_mask", "link", "set", Bridge, "type", "bridge", "group_fwd_mask", $"{groupForwardMask}");
        for (int i = 0; i < ports.Count; i++)
        {
            _taps.Add(_namespace.Tap(new TunTapOptions { Name = NameOf(i), Offload = false, Mtu = MtuOctets }));
            await Succeed("link", "set", NameOf(i), "master", Bridge);
            foreach ((string flag, string value) in ports[i].Flags())
            {
                await Need(flag, "link", "set", NameOf(i), "type", "bridge_slave", flag, value);
            }
        }

        await Succeed("link", "set", Bridge, "up");
        _own = PacketSocket.Open(_namespace, Bridge);
        await Bounded.Until(IsOpen, "the bridge's own frames come out by all ports");
    }

    private bool IsOpen()
    {
        byte[] marker = Marker.Make(++_markers);
        return _own!.TrySend(marker) == 0 && _taps.TrueForAll(tap => Read(tap).Exists(f => f.AsSpan().SequenceEqual(marker)));
    }

    private void Write(L2Dev tap, byte[] frame)
    {
        _batch.Clear();
        Assert.True(_batch.TryAppend(frame) && tap.TrySend(_batch, [0]) == 1, "the TAP takes the frame");
    }

    private List<byte[]> ReadUntil(L2Dev tap, byte[] marker)
    {
        List<byte[]> frames = [];
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    frames.AddRange(Read(tap));
                    return frames.Exists(f => f.AsSpan().SequenceEqual(marker));
                },
                Bounded.Limit),
            "waited in vain for the marker");
        return frames.FindAll(f => !Marker.Is(f));
    }

    private List<byte[]> Read(L2Dev tap)
    {
        List<byte[]> frames = [];
        do
        {
            _batch.Clear();
            tap.TryReceive(_batch);
            for (int i = 0; i < _batch.Count; i++)
            {
                frames.Add(_batch.Octets(i).ToArray());
            }
        }
        while (_batch.Count > 0);

        return frames;
    }

    // What a kernel was built without is no fault of ours.
    private async Task Need(string flag, params string[] arguments)
    {
        using LabProcess ip = await Ip(arguments);
        if (ip.ExitCode != 0)
        {
            Assert.Skip($"the bridge of this kernel knows no {flag}: {string.Join(' ', ip.Errors)}");
        }
    }

    private async Task Succeed(params string[] arguments)
    {
        using LabProcess ip = await Ip(arguments);
        Assert.True(ip.ExitCode == 0, $"ip {string.Join(' ', arguments)}: {ip.Text}");
    }

    private async Task<LabProcess> Ip(string[] arguments)
    {
        LabProcess ip = LabProcess.Start(_namespace, Programs.Ip, arguments);
        await ip.Exit();
        return ip;
    }
}
