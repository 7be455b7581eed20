using System.CommandLine;
using System.CommandLine.Parsing;
using VSwitch.Devices;
using VSwitch.Terminal;
using VSwitch.Tool.Ask;
using VSwitch.Tool.Capturing;
using VSwitch.Tool.Demo;
using VSwitch.Tool.Doctor;
using VSwitch.Tool.Run;
using VSwitch.Tool.Why;

var root = new Command("vswitch", "A userspace virtual switch for Linux: TAP and TUN devices, layers 2 and 3, at the speed of the machine.")
{
    GeneralOptions.Help(),
    GeneralOptions.Version(),
    RunCommand.Create(),
    DemoCommand.Create(),
    DoctorCommand.Create(),
    WhyCommand.Create(),
    FdbCommand.Create(),
    VlanCommand.Create(),
    PortsCommand.Create(),
    DropsCommand.Create(),
    AclCommand.Create(),
    FlappingCommand.Create(),
    OpenCommand.Create(),
    CaptureCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    string command = "";
    for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: { } part } && part != root; at = at.Parent)
    {
        command = $" {part.Name}{command}";
    }

    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine($"vswitch: {error.Message.ReplaceLineEndings(" ").TrimEnd('.')}: try: vswitch{command} --help");
    }

    return ExitCode.BadInput;
}

try
{
    // Ctrl-C and SIGTERM are the commands' own business: they clean up first.
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UserException error)
{
    foreach (string problem in error.Problems)
    {
        Console.Error.WriteLine($"vswitch: {Printable.Of(problem)}");
    }

    return ExitCode.BadInput;
}
catch (LinuxException error)
{
    Console.Error.WriteLine($"vswitch: {error.Message}");
    return ExitCode.BadInput;
}
catch (IOException error)
{
    // Output that can't be written, most likely; standard error may be no better.
    Console.Error.WriteLine($"vswitch: {Printable.Of(error.Message)}");
    return ExitCode.Failed;
}
