namespace VSwitch.Integration.Tests.Oracles;

/// <summary>Open vSwitch in a namespace and with files of its own: a switch that nobody here wrote. Its datapath is the one in userspace, its ports are TAPs.</summary>
/// <remarks>
/// It keeps no flows (flow-limit 0): each frame goes the slow way, in the order of its port, and what it teaches is known to the next. A rule of OpenFlow sends
/// markers out by every port, whatever the VLANs of the ports are: a marker behind a frame comes out by a port that the tests keep for themselves, and says that the
/// frame has been dealt with; one that is put in there is behind all that came of it, in every queue. Sources: ovs-vswitchd(8), ovs-vswitchd.conf.db(5), ovs-ofctl(8).
/// </remarks>
internal sealed class OvsSwitch : IOracle
{
    private const string Bridge = "br0";
    private const string Control = "control"; // the port of the tests
    private const int ControlNumber = 1000;
    private const int ControlVlan = 4094;
    private const int MtuOctets = 2000; // room for any frame of 1500 octets with tags

    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("vswitch-ovs-");
    private readonly List<LabProcess> _daemons = [];
    private readonly List<PacketSocket> _sockets = [];
    private readonly TestNamespace _namespace;
    private PacketSocket? _control;
    private long _markers;
    private int? _watcher;

    private OvsSwitch(TestNamespace ns, int ports) => (_namespace, Ports) = (ns, ports);

    public int Ports { get; }

    private string Database => Path.Combine(_home.FullName, "db.sock");

    private string ControlSocket => Path.Combine(_home.FullName, "vswitchd.ctl");

    /// <param name="ports">As they are at first.</param>
    internal static Task<OvsSwitch> Start(params IReadOnlyList<OvsPort> ports) => Start(ports, []);

    /// <param name="ports">As they are at first.</param>
    /// <param name="bridge">Settings of the bridge, such as other_config:forward-bpdu=true.</param>
    internal static async Task<OvsSwitch> Start(IReadOnlyList<OvsPort> ports, IReadOnlyList<string> bridge)
    {
        _ = Programs.OvsVswitchd;
        OvsSwitch made = new(new TestNamespace(), ports.Count);
        try
        {
            await made.StartDaemons();
            await made.Plug(bridge);
            await made.Configure(ports);
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes all ports anew what they are to be; what was learned stays.</summary>
    internal Task Configure(IReadOnlyList<OvsPort> ports)
    {
        Assert.Equal(Ports, ports.Count);
        return Vsctl(ports.SelectMany((port, i) => port.Commands(NameOf(i))));
    }

    /// <summary>Adds a mirror; those that are there go.</summary>
    internal Task Mirror(OvsMirror mirror)
    {
        _watcher = mirror.OutputPort;
        return Vsctl(["--", "clear", "Bridge", Bridge, "mirrors", .. mirror.Commands(Bridge, NameOf)]);
    }

    public IReadOnlyList<byte[]>[] Exchange(int port, byte[] frame)
    {
        _sockets[port].Send(frame);
        if (port == _watcher)
        {
            // Not even a marker is heard there. Between two markers of another port each port has had its turn.
            IReadOnlyList<byte[]>[] first = Collect();
            return [.. Collect().Select((frames, i) => (IReadOnlyList<byte[]>)[.. first[i], .. frames])];
        }

        byte[] marker = Marker.Make(++_markers);
        _sockets[port].Send(marker);
        _control!.ReceiveUntil(f => f.AsSpan().SequenceEqual(marker), "the marker at the port of the tests");
        return Collect();
    }

    public Task Flush() => Appctl("fdb/flush", Bridge);

    /// <summary>What it has learned, a line each.</summary>
    internal Task<string> Stations() => Appctl("fdb/show", Bridge);

    /// <summary>Which way a frame would go, step by step.</summary>
    internal Task<string> Trace(int port, byte[] frame) => Appctl("ofproto/trace", Bridge, $"in_port={NameOf(port)}", Convert.ToHexString(frame));

    public async Task<string> Explain(int port, byte[] frame) => $"{await Stations()}\n{await Trace(port, frame)}";

    public ValueTask DisposeAsync()
    {
        _control?.Dispose();
        _sockets.ForEach(s => s.Dispose());
        _daemons.ForEach(d => d.Dispose()); // and with them the TAPs
        _namespace.Dispose();
        _home.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string NameOf(int port) => $"t{port}";

    private async Task StartDaemons()
    {
        LabStation.Silence(_namespace);
        string file = Path.Combine(_home.FullName, "conf.db");
        await Succeed("ovsdb-tool", "create", file, Programs.OvsSchema);
        Run(Programs.OvsdbServer, file, $"--remote=punix:{Database}", $"--unixctl={Path.Combine(_home.FullName, "ovsdb.ctl")}");

        // vlan-limit 0: as many tags as it can look at.
        await Vsctl(["--no-wait", "init", "--", "set", "Open_vSwitch", ".", "other_config:vlan-limit=0", "other_config:flow-limit=0"]);
        Run(Programs.OvsVswitchd, $"unix:{Database}", $"--unixctl={ControlSocket}");
    }

    private async Task Plug(IReadOnlyList<string> bridge)
    {
        string[] names = [.. Enumerable.Range(0, Ports).Select(NameOf)];
        await Vsctl(
        [
            "--", "add-br", Bridge, "--", "set", "Bridge", Bridge, "datapath_type=netdev", "other_config:mac-aging-time=3600", .. bridge,
            .. names.Append(Control).SelectMany(n => new[] { "--", "add-port", Bridge, n, "--", "set", "Interface", n, "type=tap", $"mtu_request={MtuOctets}" }),
            $"ofport_request={ControlNumber}", "--", "set", "Port", Control, $"trunks={ControlVlan}",
        ]);
        string isMarker = $"dl_type=0x{(int)Marker.Type:x}";
        await Succeed("ovs-ofctl", "add-flow", Bridge, $"priority=65535,in_port={ControlNumber},{isMarker},actions=all");
        await Succeed("ovs-ofctl", "add-flow", Bridge, $"priority=65534,{isMarker},actions=output:{ControlNumber}");
        _control = Open(Control);
        foreach (string name in names)
        {
            _sockets.Add(Open(name));
        }

        await Bounded.Until(() => Task.FromResult(Enumerable.Range(0, Ports).All(IsOpen)), () => Text("markers go from every port to every port"));
    }

    private IReadOnlyList<byte[]>[] Collect()
    {
        byte[] marker = Marker.Make(++_markers);
        _control!.Send(marker);
        return [.. _sockets.Select(s => s.ReceiveUntil(f => f.AsSpan().SequenceEqual(marker), "the marker").FindAll(f => !Marker.Is(f)))];
    }

    private PacketSocket Open(string name)
    {
        _namespace.Do(route => route.SetUp(route.GetLink(name), true));
        return PacketSocket.Open(_namespace, name);
    }

    // A port that is just up may lose what it is given.
    private bool IsOpen(int port)
    {
        byte[] marker = Marker.Make(++_markers);
        return _sockets[port].TrySend(marker) == 0 && Arrives(_control!, marker) && _control!.TrySend(marker) == 0 && _sockets.TrueForAll(s => Arrives(s, marker));
    }

    private static bool Arrives(PacketSocket socket, byte[] marker)
    {
        const int PatienceMilliseconds = 100;
        byte[]? frame;
        do
        {
            frame = socket.TryReceive(PatienceMilliseconds);
        }
        while (frame is not null && !frame.AsSpan().SequenceEqual(marker));
        return frame is not null;
    }

    // The socket is there before anybody listens to it, hence the retries.
    private Task<string> Vsctl(IEnumerable<string> commands) =>
        Succeed("ovs-vsctl", [$"--db=unix:{Database}", "--retry", $"--timeout={(int)Bounded.Limit.TotalSeconds}", .. commands]);

    private Task<string> Appctl(params string[] command) => Succeed("ovs-appctl", ["-t", ControlSocket, .. command]);

    private async Task<string> Succeed(string program, params IEnumerable<string> arguments)
    {
        using LabProcess process = StartProcess(program, arguments);
        Assert.True(await process.Exit() == 0, Text($"{program} {string.Join(' ', arguments)}: {process.Text}"));
        return string.Join('\n', process.Output);
    }

    private void Run(string daemon, params IEnumerable<string> arguments) =>
        _daemons.Add(StartProcess(daemon, [.. arguments, "--no-chdir", "-vconsole:warn", "-vsyslog:off"]));

    // The bridge's own sockets are in the folder that OVS_RUNDIR names.
    private LabProcess StartProcess(string program, IEnumerable<string> arguments) =>
        LabProcess.Start(_namespace, "env", [$"OVS_RUNDIR={_home.FullName}", program, .. arguments]);

    private string Text(string what) => $"{what}\n{string.Join('\n', _daemons.Select(d => d.Text))}";
}
