using System.CommandLine;
using VSwitch.Terminal;

namespace VSwitch.Tool.Doctor;

/// <summary><c>vswitch doctor</c>: whether this machine lets the switch work, and what to do where it does not.</summary>
internal static class DoctorCommand
{
    internal static Command Create()
    {
        var command = new Command("doctor", "Look at rights, kernel and network settings; each line is ok, or cause and cure.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        IReadOnlyList<Finding> findings = [.. Checkup.All()];
        int width = findings.Max(f => f.Subject.Length);
        foreach (Finding finding in findings)
        {
            string verdict = finding.Verdict switch
            {
                Verdict.Ok => "ok  ",
                Verdict.Note => "note",
                _ => "FAIL",
            };
            string cure = finding.Cure is null ? "" : $": {finding.Cure}";
            Console.WriteLine($"{verdict}  {finding.Subject.PadRight(width)}  {finding.Text}{cure}");
        }

        return findings.Any(f => f.Verdict == Verdict.Failure) ? ExitCode.Failed : ExitCode.Done;
    }
}
