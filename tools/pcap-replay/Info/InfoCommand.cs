using System.CommandLine;
using VSwitch.Terminal;

namespace VSwitch.PcapReplay.Info;

/// <summary><c>pcap-replay info</c>: what is in capture files.</summary>
internal static class InfoCommand
{
    internal static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Description = "Capture files: pcap or pcapng, also compressed with gzip; - for standard input.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = new Option<bool>("--json") { Description = "One JSON object a line for each file." };
        var command = new Command("info", "Tell what is in capture files: packets, link types, interfaces, times, and where a file is broken.") { files, json };
        command.SetAction(parsed => Run(parsed.GetValue(files) ?? [], parsed.GetValue(json), Console.Out, Console.Error));
        return command;
    }

    /// <summary>Tells of all files, also when some are broken or not there.</summary>
    /// <returns>The worst of them.</returns>
    private static int Run(string[] files, bool isJson, TextWriter output, TextWriter errors)
    {
        int worst = ExitCode.Done;
        bool isFirst = true;
        foreach (string file in files)
        {
            if (TryRead(file, errors) is not { } summary)
            {
                worst = ExitCode.BadInput;
                continue;
            }

            worst = Math.Max(worst, summary.Error is null ? ExitCode.Done : ExitCode.Failed);
            if (isJson)
            {
                output.WriteLine(InfoJson.Line(summary));
                continue;
            }

            if (!isFirst)
            {
                output.WriteLine();
            }

            isFirst = false;
            foreach (string line in InfoText.Lines(summary))
            {
                output.WriteLine(line);
            }
        }

        return worst;
    }

    private static CaptureSummary? TryRead(string file, TextWriter errors)
    {
        string cause;
        try
        {
            return CaptureSummary.Read(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException || file.Length == 0)
        {
            cause = "no such file: check the name";
        }
        catch (UnauthorizedAccessException)
        {
            cause = Directory.Exists(file) ? "it is a folder: name the files in it" : "no right to read it: change its rights, or run as who may";
        }
        catch (Exception e) when (e is IOException or ArgumentException or NotSupportedException)
        {
            cause = $"it can't be read: {e.Message}";
        }

        errors.WriteLine($"pcap-replay: {Printable.Of($"{file}: {cause}")}");
        return null;
    }
}
