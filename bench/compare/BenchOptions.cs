using System.Globalization;
using VSwitch.CompareBench.Lab;
using VSwitch.CompareBench.Measures;

namespace VSwitch.CompareBench;

/// <summary>The command line, checked.</summary>
internal sealed record BenchOptions(
    IReadOnlyList<Subject> Subjects, int Rounds, TimeSpan Slice, bool Quick, bool Install, IReadOnlyList<string> Rows, string? JsonFile, string? SvgFile)
{
    public const string Usage = $$"""
        usage: VSwitch.CompareBench [options]     (as root: it makes network namespaces)
          --quick                  one short run a row, less than 5 minutes
          --subject A,B,...        who is compared; ratios are to the first (relay,vswitch,bridge,vde,ovs,ovs-tso);
                                   there are also relay-tun, vswitch-tun-tap, vswitch-tun-tun. The same name twice: the noise
          --command NAME=COMMAND   a subject of your own; it makes its interfaces, prints "ready" on a line,
                                   ends on SIGTERM. Filled in: {{Subject.Placeholders}}
          --rows A,B,...           tcp1,tcp4,tcp-both,tcp6,udp64,udp512,udp1518,rtt,rtt-load,start,idle,fdb,broadcast;
                                   on request: tcp1-back,udp64-back,warm,ports,fdb1m,churn; or "all"
          --rounds N               slices of each subject for each row (5; with --quick 1)
          --seconds N              length of a slice (2; with --quick 1)
          --json FILE              every slice, for other tools
          --svg FILE               a bar chart
          --no-install             what is missing is left out, not installed by apt-get
        """;

    private const string AllRows = "all";

    /// <exception cref="BenchException">One line: which option, and what is wrong with it.</exception>
    public static BenchOptions Parse(string[] arguments)
    {
        var known = Subject.BuiltIn.ToDictionary(subject => subject.Name);
        IReadOnlyList<string> names = Subject.Default;
        IReadOnlyList<string> rows = AllMeasures.Default;
        (int? rounds, int? seconds) = (null, null);
        (bool quick, bool install) = (false, true);
        (string? json, string? svg) = (null, null);
        var pending = new Queue<string>(arguments);
        while (pending.TryDequeue(out string? option))
        {
            string Value() => pending.TryDequeue(out string? value) ? value : throw new BenchException($"{option}: no value, or no such option (--help)");
            switch (option)
            {
                case "--quick": quick = true; break;
                case "--no-install": install = false; break;
                case "--subject": names = Value().Split(','); break;
                case "--command": AddSubject(known, Value()); break;
                case "--rows": rows = RowNames(Value()); break;
                case "--rounds": rounds = Number(option, Value(), 1, 1000); break;
                case "--seconds": seconds = Number(option, Value(), 1, 60); break;
                case "--json": json = Value(); break;
                case "--svg": svg = Value(); break;
                default: throw new BenchException($"{option}: no such option (--help)");
            }
        }

        return new BenchOptions(
            Find(known, names), rounds ?? (quick ? 1 : 5), TimeSpan.FromSeconds(seconds ?? (quick ? 1 : 2)), quick, install, rows, json, svg);
    }

    private static void AddSubject(Dictionary<string, Subject> subjects, string value)
    {
        if (value.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } command])
        {
            throw new BenchException("--command: expected NAME=COMMAND");
        }

        subjects[name] = new Subject(name, command);
    }

    private static List<Subject> Find(Dictionary<string, Subject> known, IEnumerable<string> names)
    {
        var found = new List<Subject>();
        foreach (string name in names)
        {
            Subject one = known.TryGetValue(name, out Subject? there)
                ? there
                : throw new BenchException($"--subject: no {name}; there is {string.Join(", ", known.Keys)}, or add one by --command");
            int same = found.Count(subject => subject.Command == one.Command);
            string unique = same == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} #{same + 1}"); // one against itself: the noise
            found.Add(one with { Name = unique });
        }

        return found;
    }

    private static string[] RowNames(string value)
    {
        if (value == AllRows)
        {
            return [.. AllMeasures.List.Select(measure => measure.Name)];
        }

        string[] names = value.Split(',');
        string? unknown = names.FirstOrDefault(name => AllMeasures.List.All(measure => measure.Name != name));
        return unknown is null ? names : throw new BenchException($"--rows: no {unknown} (--help)");
    }

    private static int Number(string option, string value, int least, int most) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new BenchException($"{option}: {value} is not a number from {least} to {most}");
}
