namespace VSwitch.TapBench.Lab;

/// <summary>Something that carries frames between two TAPs, or packets of TUNs, told by the command that starts it.</summary>
/// <param name="Name">As in the table.</param>
/// <param name="Command">Shell command with placeholders; it creates both TAPs, prints "ready", ends on TERM.</param>
internal sealed record Subject(string Name, string Command)
{
    public const string Placeholders = "{relay} {nsA} {nsB} {tapA} {tapB} {macA} {macB}";

    public static IReadOnlyDictionary<string, string> BuiltIn { get; } = new Dictionary<string, string>
    {
        ["relay"] = "{relay} {tapA} {tapB}",
        ["relay-tun"] = "{relay} -t {tapA} {tapB}",
        ["switch"] = "./vswitch run" + Port("tap", "A") + Port("tap", "B"),
        ["switch-tun-tap"] = "./vswitch run" + Port("tun", "A") + Port("tap", "B"),
        ["switch-tun-tun"] = "./vswitch run" + Port("tun", "A") + Port("tun", "B"),
    };

    public static Subject Named(string name) => new(name, BuiltIn[name]);

    /// <summary>The command for the shell, which gives its place to it: the pid is then the subject's.</summary>
    public IReadOnlyList<string> Expand(TestBed bed)
    {
        (Station a, Station b) = (bed.Lab.A, bed.Lab.B);
        string command = Command
            .Replace("{relay}", bed.Tools.Relay, StringComparison.Ordinal)
            .Replace("{nsA}", a.Namespace, StringComparison.Ordinal)
            .Replace("{nsB}", b.Namespace, StringComparison.Ordinal)
            .Replace("{tapA}", a.Tap, StringComparison.Ordinal)
            .Replace("{tapB}", b.Tap, StringComparison.Ordinal)
            .Replace("{macA}", a.Mac, StringComparison.Ordinal)
            .Replace("{macB}", b.Mac, StringComparison.Ordinal);
        return ["/bin/sh", "-c", "exec " + command];
    }

    // A TUN has no MAC address of its own: it is what the switch answers with for it.
    private static string Port(string kind, string end) =>
        $" --port {kind}:{{tap{end}}},netns={{ns{end}}},mac={{mac{end}}},address=10.99.0.{(end == "A" ? 1 : 2)}/24";
}
