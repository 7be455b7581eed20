using System.CommandLine;
using System.CommandLine.Help;
using VSwitch.PcapReplay.Info;
using VSwitch.Terminal;

var root = new Command("pcap-replay", "Captures for people who test networks: replay, rewrite, split, compare.")
{
    new HelpOption(),
    new VersionOption(),
    InfoCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"pcap-replay: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}: try: pcap-replay --help");
    }

    return ExitCode.BadInput;
}

return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
