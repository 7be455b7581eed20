using System.CommandLine;
using System.CommandLine.Help;
using VSwitch.Devices;
using VSwitch.Tool;
using VSwitch.Tool.Demo;
using VSwitch.Tool.Doctor;
using VSwitch.Tool.Run;

var root = new Command("vswitch", "A userspace virtual switch for Linux: TAP and TUN devices, layers 2 and 3, at the speed of the machine.")
{
    new HelpOption(),
    new VersionOption(),
    RunCommand.Create(),
    DemoCommand.Create(),
    DoctorCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    string command = parsed.CommandResult.Command == root ? "" : $" {parsed.CommandResult.Command.Name}";
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
        Console.Error.WriteLine($"vswitch: {OneLine(problem)}");
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
    Console.Error.WriteLine($"vswitch: {OneLine(error.Message)}");
    return ExitCode.Failed;
}

// What the user typed comes back in messages: it must not break the line, nor the terminal.
static string OneLine(string text) => string.Create(text.Length, text, static (line, from) =>
{
    for (int i = 0; i < line.Length; i++)
    {
        line[i] = char.IsControl(from[i]) ? '?' : from[i];
    }
});
