using System.CommandLine;
using VSwitch.Captures.Comparing;
using VSwitch.Captures.Comparing.Fields;
using VSwitch.Captures.Files;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Diff;

/// <summary><c>pcap-replay diff</c>: which packets of two captures differ, and in which fields.</summary>
internal static class DiffCommand
{
    private static readonly string[] s_binaryUnits = ["K", "M", "G"];

    internal static Command Create()
    {
        var expected = new Argument<string?>("A") { Description = "The capture as it should be, pcap or pcapng, also gzipped; - for standard input.", Arity = ArgumentArity.ZeroOrOne };
        var actual = new Argument<string?>("B") { Description = "The capture as it is.", Arity = ArgumentArity.ZeroOrOne };
        var ignore = new Option<string[]>("--ignore") { Description = "Fields that don't count: names that --fields lists, or octets as frame[14:20]. By commas, or again.", HelpName = "FIELD[,FIELD]", AllowMultipleArgumentsPerToken = false };
        var fields = new Option<bool>("--fields") { Description = "List the names that --ignore takes." };
        var relative = new Option<bool>("--relative-seq") { Description = "Count sequence numbers of TCP from the first of their flow and direction." };
        var reorder = new Option<string?>("--reorder") { Description = "So many packets of its flow may overtake a packet. Default: 0.", HelpName = "N" };
        var strict = new Option<bool>("--strict-order") { Description = "The order counts over the whole file, not within each flow of an interface." };
        var interfaces = new Option<bool>("--ignore-interfaces") { Description = "It does not matter by which interface a packet came." };
        var time = new Option<string?>("--time") { Description = "Times count, from the first packet on; they may be so far apart: 100us, 1ms, 2s.", HelpName = "TIME" };
        var common = new Option<bool>("--common-length") { Description = "Packets count as far as both captures kept them." };
        var max = new Option<string?>("--max") { Description = "List so many differences; all are counted. Default: 100.", HelpName = "N" };
        var memory = new Option<string?>("--memory") { Description = "Memory for packets that wait for their counterparts. Default: 512M.", HelpName = "OCTETS" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var write = new Option<string?>("--write", "-w") { Description = "Write the packets that differ to a pcapng: interfaces 'expected' and 'actual', what differs as comments.", HelpName = "FILE" };
        var command = new Command("diff", "Compare two captures, flow by flow, down to the field. Exit: 0 equal, 1 different, 2 not comparable.")
        {
            expected, actual, ignore, fields, relative, reorder, strict, interfaces, time, common, max, memory, json, write,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(fields))
            {
                return ListFields();
            }

            var options = new ComparisonOptions
            {
                Ignore = Fields(parsed.GetValue(ignore) ?? []),
                RelativeSequenceNumbers = parsed.GetValue(relative),
                ReorderWindow = Count("--reorder", parsed.GetValue(reorder), 0),
                StrictOrder = parsed.GetValue(strict),
                IgnoreInterfaces = parsed.GetValue(interfaces),
                TimeTolerance = Time(parsed.GetValue(time)),
                CommonLength = parsed.GetValue(common),
                MaxDifferences = Count("--max", parsed.GetValue(max), 100),
                MaxHeldOctets = Memory(parsed.GetValue(memory)),
            };
            string[] files =
            [
                parsed.GetValue(expected) ?? throw new UserException("two captures are needed: pcap-replay diff A B"),
                parsed.GetValue(actual) ?? throw new UserException("a second capture is needed: pcap-replay diff A B"),
            ];
            return Diff(files, options, parsed.GetValue(write), parsed.GetValue(json));
        });
        return command;
    }

    private static int Diff(string[] files, ComparisonOptions options, string? output, bool isJson)
    {
        if (files is ["-", "-"])
        {
            throw new UserException("standard input is there once: name a file for one of the captures");
        }

        if (output is { Length: > 0 } && files.Any(f => f is { Length: > 0 } and not "-" && Path.GetFullPath(f) == Path.GetFullPath(output)))
        {
            throw new UserException($"-w {output} would overwrite what is compared: name another file");
        }

        using CaptureReader expected = OpenCapture(files[0]);
        using CaptureReader actual = OpenCapture(files[1]);
        using DifferenceWriter? writer = output is null ? null : Open(output, DifferenceWriter.Create);
        CaptureComparison comparison = CaptureComparer.Compare(expected, actual, options, writer is null ? null : writer.Write);
        foreach ((CaptureError? error, string file) in new[] { (comparison.ExpectedError, files[0]), (comparison.ActualError, files[1]) })
        {
            if (error is { Offset: 0 })
            {
                throw new UserException($"{file}: {error}: give a pcap or pcapng file");
            }
        }

        foreach (string line in isJson ? [JsonReport.Of(comparison, files)] : TextReport.Lines(comparison, files))
        {
            Console.Out.WriteLine(line);
        }

        return comparison.IsEqual ? ExitCode.Done : ExitCode.Failed;
    }

    private static CaptureReader OpenCapture(string file) =>
        Open(file, f => f == "-" ? CaptureReader.Open(Console.OpenStandardInput()) : CaptureReader.Open(f));

    private static int ListFields()
    {
        var table = new TextTable("FIELD", "WHAT IT IS") { Left = [0, 1] };
        foreach (ComparedField field in ComparedFields.All)
        {
            table.Add(field.Name, field.Description);
        }

        table.Add("frame[O:N]", "N octets of the frame from octet O on");
        foreach (string line in table.Lines())
        {
            Console.Out.WriteLine(line);
        }

        return ExitCode.Done;
    }

    private static string[] Fields(string[] values)
    {
        string[] names = [.. values.SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        string[] unknown = [.. names.Where(n => !ComparedFields.IsKnown(n))];
        return unknown.Length == 0 ? names : throw new UserException([.. unknown.Select(n => $"--ignore '{n}' is no field: pcap-replay diff --fields lists them")]);
    }

    private static int Count(string option, string? text, int otherwise) =>
        text is null ? otherwise
        : Quantity.TryParseCount(text, 0, int.MaxValue, out int count) ? count
        : throw new UserException($"{option} '{text}' is not a number: give one from 0 on");

    private static TimeSpan? Time(string? text)
    {
        if (text is null)
        {
            return null;
        }

        // Microseconds are for captures only; all other units are those of every command.
        bool isMicro = text.EndsWith("us", StringComparison.Ordinal);
        return Quantity.TryParseTime(isMicro ? $"{text[..^2]}s" : text, out TimeSpan time) ? (isMicro ? time / 1_000_000 : time)
            : throw new UserException($"--time '{text}' is not a time: say 100us, 1ms or 2s");
    }

    private static long Memory(string? text)
    {
        if (text is null)
        {
            return new ComparisonOptions().MaxHeldOctets;
        }

        int unit = Array.FindIndex(s_binaryUnits, u => text.EndsWith(u, StringComparison.OrdinalIgnoreCase));
        return Quantity.TryParseCount(unit < 0 ? text : text[..^1], 1, int.MaxValue, out int count) ? (long)count << (10 * (unit + 1))
            : throw new UserException($"--memory '{text}' is not a number of octets: say 512M or 2G");
    }

    private static T Open<T>(string file, Func<string, T> open)
    {
        try
        {
            return open(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string cause = error switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file: check the name",
                ArgumentException => "this is no name of a file",
                _ => error.Message,
            };
            throw new UserException($"{(file.Length == 0 ? "''" : file)}: {cause}", error);
        }
    }
}
