using System.CommandLine;
using VSwitch.Devices;
using VSwitch.PcapReplay.Diff;
using VSwitch.PcapReplay.Info;
using VSwitch.PcapReplay.Prep;
using VSwitch.PcapReplay.Replay;
using VSwitch.PcapReplay.Rewrite;
using VSwitch.Terminal;

var root = new Command("pcap-replay", "Captures for people who test networks: replay, rewrite, split, compare.")
{
    GeneralOptions.Help(),
    GeneralOptions.Version(),
    InfoCommand.Create(),
    RewriteCommand.Create(),
    PrepCommand.Create(),
    DiffCommand.Create(),
};
ReplayCommand.AddTo(root);

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"pcap-replay: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}: try: pcap-replay --help");
    }

    return ExitCode.BadInput;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UserException error)
{
    foreach (string problem in error.Problems)
    {
        Console.Error.WriteLine($"pcap-replay: {Printable.Of(problem)}");
    }

    return ExitCode.BadInput;
}
catch (LinuxException error)
{
    Console.Error.WriteLine($"pcap-replay: {error.Message}");
    return ExitCode.BadInput;
}
catch (IOException error)
{
    // A capture that can't be read any more, or output that can't be written.
    // Output that can't be written, most likely.
    // Output that can't be written, most likely; standard error may be no better.
    Console.Error.WriteLine($"pcap-replay: {Printable.Of(error.Message)}");
    return ExitCode.Failed;
}
