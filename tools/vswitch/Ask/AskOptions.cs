using System.CommandLine;
using VSwitch.Terminal;

namespace VSwitch.Tool.Ask;

/// <summary>What every command takes that asks a running switch.</summary>
internal sealed class AskOptions
{
    private readonly Option<string?> _name = new("--switch") { Description = "The switch's name, as of run --name. Default: the only one that runs.", HelpName = "NAME" };
    private readonly Option<string?> _path = new("--control") { Description = "Its socket, if that is not the default one.", HelpName = "PATH" };
    private readonly Option<bool> _json = new("--json") { Description = "Print the switch's answer as it is: JSON, a line each." };

    /// <summary>Puts the options behind those that the command has already.</summary>
    internal static AskOptions AddTo(Command command)
    {
        var options = new AskOptions();
        command.Add(options._name);
        command.Add(options._path);
        command.Add(options._json);
        return options;
    }

    /// <exception cref="UserException">There is no such switch, or not one alone.</exception>
    internal ControlClient Open(ParseResult parsed) =>
        new(ControlFinder.Find(parsed.GetValue(_name), parsed.GetValue(_path)), parsed.GetValue(_json));
}
