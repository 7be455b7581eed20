using System.Globalization;

namespace VSwitch.CompareBench.Lab;

/// <summary>Something that carries frames between interfaces, told by the command that starts it.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Command">Shell command with placeholders; it creates the interfaces, prints "ready", ends on TERM.</param>
internal sealed record Subject(string Name, string Command)
{
    public const string Placeholders = "{vswitch} {relay} {peers} {nsA} {nsB} {tapA} {tapB} {macA} {macB} {ports} {options} {stations}";

    public static IReadOnlyDictionary<string, string> BuiltIn { get; } = new Dictionary<string, string>
    {
        ["relay"] = "{relay} {tapA} {tapB}",
        ["vswitch"] = "{vswitch} run --control off --log-level Warning --fdb-size {stations}{options}",
        ["bridge"] = "{peers}/bridge.sh {ports}",
        ["vde"] = "{peers}/vde.sh {stations} {ports}",
        ["ovs"] = "{peers}/ovs.sh false {stations} {ports}",
        ["ovs-tso"] = "{peers}/ovs.sh true {stations} {ports}",
        ["relay-tun"] = "{relay} -t {tapA} {tapB}",
        ["vswitch-tun-tap"] = "{vswitch} run --control off --log-level Warning" + Port("tun", "A") + Port("tap", "B"),
        ["vswitch-tun-tun"] = "{vswitch} run --control off --log-level Warning" + Port("tun", "A") + Port("tun", "B"),
    };

    /// <summary>Those that are compared when nobody says otherwise.</summary>
    public static IReadOnlyList<string> Default { get; } = ["relay", "vswitch", "bridge", "vde", "ovs", "ovs-tso"];

    /// <summary>It is in the kernel: what it costs is in no process of its own.</summary>
    public bool IsInKernel => Command == BuiltIn["bridge"];

    /// <summary>How many ports it can have; one that is told two names has two.</summary>
    public int MostPorts => Command.Contains("{ports}", StringComparison.Ordinal) || Command.Contains("{options}", StringComparison.Ordinal) ? int.MaxValue : 2;

    /// <summary>The command for the shell, which gives its place to it: the pid is then the subject's.</summary>
    public IReadOnlyList<string> Expand(TestBed bed, Shape shape)
    {
        IReadOnlyList<Station> stations = bed.Lab.Stations(shape.Ports);
        string options = string.Concat(stations.Select(station => $" --port tap:{station.Interface},netns={station.Namespace},mac={station.Mac}"));
        string command = Command
            .Replace("{vswitch}", Path.Combine(bed.Repository, "artifacts", "vswitch", "VSwitch.Tool"), StringComparison.Ordinal)
            .Replace("{relay}", bed.Tools.Relay, StringComparison.Ordinal)
            .Replace("{peers}", Path.Combine(bed.Repository, "bench", "compare", "Peers"), StringComparison.Ordinal)
            .Replace("{nsA}", stations[0].Namespace, StringComparison.Ordinal)
            .Replace("{nsB}", stations[1].Namespace, StringComparison.Ordinal)
            .Replace("{tapA}", stations[0].Interface, StringComparison.Ordinal)
            .Replace("{tapB}", stations[1].Interface, StringComparison.Ordinal)
            .Replace("{macA}", stations[0].Mac, StringComparison.Ordinal)
            .Replace("{macB}", stations[1].Mac, StringComparison.Ordinal)
            .Replace("{ports}", string.Join(' ', stations.Select(station => station.Interface)), StringComparison.Ordinal)
            .Replace("{options}", options, StringComparison.Ordinal)
            .Replace("{stations}", shape.Stations.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return NetworkLab.Inside(bed.Lab.SubjectNamespace, ["/bin/sh", "-c", "exec " + command]);
    }

    // A TUN has no MAC address of its own: it is what the switch answers with for it.
    private static string Port(string kind, string end) =>
        $" --port {kind}:{{tap{end}}},netns={{ns{end}}},mac={{mac{end}}},address=10.99.0.{(end == "A" ? 1 : 2)}/24";
}
