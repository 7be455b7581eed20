using System.Globalization;
using VSwitch.TapBench.Lab;
using VSwitch.TapBench.Measures;

namespace VSwitch.TapBench;

/// <summary>The command line, checked.</summary>
internal sealed record BenchOptions(
    Subject Reference, Subject Candidate, int Rounds, TimeSpan Slice, IReadOnlyList<string> Measures, string? JsonFile)
{
    public const string Usage = $$"""
        usage: VSwitch.TapBench [options]     (as root: it makes network namespaces)
          --subject REFERENCE,CANDIDATE   which two are compared (relay,switch)
          --command NAME=COMMAND          a subject of your own; it makes both TAPs, prints "ready" on a line,
                                          ends on SIGTERM. Filled in: {{Subject.Placeholders}}
          --rounds N                      pairs of slices for each measure (5)
          --seconds N                     length of a slice (2)
          --measures A,B,...              tcp1,tcp4,tcp6,frames,rtt,start,idle (all but tcp6);
                                          tcp-tun-tap,tcp-tun-tun,udp-tun-tap compare subjects of their own
          --json FILE                     every slice, for other tools
        """;

    /// <exception cref="BenchException">One line: which option, and what is wrong with it.</exception>
    public static BenchOptions Parse(string[] arguments)
    {
        var subjects = new Dictionary<string, string>(Subject.BuiltIn);
        string pair = "relay,switch";
        int rounds = 5;
        int seconds = 2;
        IReadOnlyList<string> measures = AllMeasures.Default;
        string? json = null;
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string option = arguments[i];
            string value = i + 1 < arguments.Length
                ? arguments[i + 1]
                : throw new BenchException($"{option}: no value, or no such option (--help)");
            switch (option)
            {
                case "--subject": pair = value; break;
                case "--command": AddSubject(subjects, value); break;
                case "--rounds": rounds = Number(option, value, 1, 1000); break;
                case "--seconds": seconds = Number(option, value, 1, 60); break;
                case "--measures": measures = MeasureNames(value); break;
                case "--json": json = value; break;
                default: throw new BenchException($"{option}: no such option (--help)");
            }
        }

        string[] names = pair.Split(',');
        if (names.Length != 2)
        {
            throw new BenchException("--subject: two names are compared, as in relay,switch");
        }

        Subject reference = Find(subjects, names[0]);
        Subject candidate = Find(subjects, names[1]);
        if (reference.Name == candidate.Name)
        {
            candidate = candidate with { Name = candidate.Name + " again" }; // the noise floor: one against itself
        }

        return new BenchOptions(reference, candidate, rounds, TimeSpan.FromSeconds(seconds), measures, json);
    }

    private static void AddSubject(Dictionary<string, string> subjects, string value)
    {
        if (value.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } command])
        {
            throw new BenchException("--command: expected NAME=COMMAND");
        }

        subjects[name] = command;
    }

    private static Subject Find(Dictionary<string, string> subjects, string name) =>
        subjects.TryGetValue(name, out string? command)
            ? new Subject(name, command)
            : throw new BenchException(
                $"--subject: no {name}; there is {string.Join(", ", subjects.Keys)}, or add one by --command");

    private static string[] MeasureNames(string value)
    {
        string[] names = value.Split(',');
        string? unknown = names.FirstOrDefault(name => AllMeasures.List.All(measure => measure.Name != name));
        return unknown is null ? names : throw new BenchException($"--measures: no {unknown} (--help)");
    }

    private static int Number(string option, string value, int least, int most) =>
        int.TryParse(value, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new BenchException($"{option}: {value} is not a number from {least} to {most}");
}
