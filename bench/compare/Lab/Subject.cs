using System.Globalization;

namespace VSwitch.CompareBench.Lab;

/// <summary>Something that carries frames between interfaces, told by the command that starts it.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Command">Shell command with placeholders; it creates the interfaces, prints "ready", ends on TERM.</param>
internal sealed record Subject(string Name, string Command)
{
    public const string Placeholders =
        "{vswitch} {relay} {peers} {home} {control} {nsA} {nsB} {tapA} {tapB} {macA} {macB} {ports} {options} {stations}";

    private const string Switch = "{vswitch} run --log-level Warning";

    private static readonly PortCommands _ovsPorts = new("{peers}/ovs-ports.sh {home} add {names}", "{peers}/ovs-ports.sh {home} del {names}");

    public static IReadOnlyList<Subject> BuiltIn { get; } =
    [
        new("relay", "{relay} {ports}"),
        new("vswitch", Switch + " --control {control} --fdb-size {stations}{options}")
        {
            PortCommands = new("{vswitch} ports add {specs} --control {control}", "{vswitch} ports del {names} --control {control}"),
        },
        new("bridge", "{peers}/bridge.sh {ports}") { PortCommands = new("{peers}/bridge-ports.sh add {names}", "{peers}/bridge-ports.sh del {names}") },
        new("vde", "{peers}/vde.sh {home} {stations} {ports}"),
        new("ovs", "{peers}/ovs.sh {home} false {stations} {ports}") { PortCommands = _ovsPorts },
        new("ovs-tso", "{peers}/ovs.sh {home} true {stations} {ports}") { PortCommands = _ovsPorts },
        new("relay-tun", "{relay} -t {tapA} {tapB}"),
        new("vswitch-tun-tap", Switch + " --control off" + Port("tun", "A") + Port("tap", "B")),
        new("vswitch-tun-tun", Switch + " --control off" + Port("tun", "A") + Port("tun", "B")),
    ];

    /// <summary>Those that are compared when nobody says otherwise.</summary>
    public static IReadOnlyList<string> Default { get; } = ["relay", "vswitch", "bridge", "vde", "ovs", "ovs-tso"];

    /// <summary>Null when it cannot, or nobody said how.</summary>
    public PortCommands? PortCommands { get; init; }

    /// <summary>It is in the kernel: what it costs is in no process of its own.</summary>
    public bool IsInKernel => Command.StartsWith("{peers}/bridge.sh", StringComparison.Ordinal);

    /// <summary>It looks at no address: with more than two ports, each frame goes to all others.</summary>
    public bool SendsToAll => Command.StartsWith("{relay}", StringComparison.Ordinal);

    /// <summary>How many ports it can have; one that is told two names has two.</summary>
    public int MostPorts => Command.Contains("{ports}", StringComparison.Ordinal) || Command.Contains("{options}", StringComparison.Ordinal) ? int.MaxValue : 2;

    /// <summary>The command for the shell, which gives its place to it: the pid is then the subject's.</summary>
    public IReadOnlyList<string> Expand(TestBed bed, Shape shape)
    {
        IReadOnlyList<Station> stations = bed.Lab.Stations(shape.Ports);
        string options = string.Concat(stations.Select(station => " --port tap:" + station.Interface)); // the lab moves them, as it does everybody's
        return InShell(bed, Fill(Command, bed, shape)
            .Replace("{nsA}", stations[0].Namespace, StringComparison.Ordinal)
            .Replace("{nsB}", stations[1].Namespace, StringComparison.Ordinal)
            .Replace("{tapA}", stations[0].Interface, StringComparison.Ordinal)
            .Replace("{tapB}", stations[1].Interface, StringComparison.Ordinal)
            .Replace("{macA}", stations[0].Mac, StringComparison.Ordinal)
            .Replace("{macB}", stations[1].Mac, StringComparison.Ordinal)
            .Replace("{ports}", string.Join(' ', stations.Select(station => station.Interface)), StringComparison.Ordinal)
            .Replace("{options}", options, StringComparison.Ordinal)
            .Replace("{stations}", shape.Stations.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    /// <summary>One of <see cref="PortCommands"/> for the shell.</summary>
    public static IReadOnlyList<string> ExpandPorts(string command, TestBed bed, Shape shape, IReadOnlyList<string> names) =>
        InShell(bed, Fill(command, bed, shape)
            .Replace("{names}", string.Join(' ', names), StringComparison.Ordinal)
            .Replace("{specs}", string.Join(' ', names.Select(name => "tap:" + name)), StringComparison.Ordinal));

    private static string Fill(string command, TestBed bed, Shape shape) => command
        .Replace("{vswitch}", Path.Combine(bed.Repository, "artifacts", "vswitch", "VSwitch.Tool"), StringComparison.Ordinal)
        .Replace("{relay}", bed.Tools.Relay, StringComparison.Ordinal)
        .Replace("{peers}", Path.Combine(bed.Repository, "bench", "compare", "Peers"), StringComparison.Ordinal)
        .Replace("{control}", shape.Changes ? Path.Combine(bed.Lab.Home, "control") : "off", StringComparison.Ordinal)
        .Replace("{home}", bed.Lab.Home, StringComparison.Ordinal);

    private static IReadOnlyList<string> InShell(TestBed bed, string command) =>
        NetworkLab.Inside(bed.Lab.SubjectNamespace, ["/bin/sh", "-c", "exec " + command]);

    // A TUN has no MAC address of its own: it is what the switch answers with for it.
    private static string Port(string kind, string end) =>
        $" --port {kind}:{{tap{end}}},netns={{ns{end}}},mac={{mac{end}}},address=10.99.0.{(end == "A" ? 1 : 2)}/24";
}
