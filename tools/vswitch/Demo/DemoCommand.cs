using System.CommandLine;
using VSwitch.Terminal;

namespace VSwitch.Tool.Demo;

/// <summary><c>vswitch demo</c>: the switch at work, in half a minute, leaving nothing behind.</summary>
internal static class DemoCommand
{
    internal static Command Create()
    {
        var seconds = new Option<string>("--seconds")
        {
            Description = "How long to transfer, 1 to 60.",
            HelpName = "N",
            DefaultValueFactory = _ => "3",
        };
        var inMemory = new Option<bool>("--in-memory") { Description = "Take ports in memory even with the rights for TAPs." };
        var command = new Command("demo", "Show the switch at work: two namespaces and two TAPs as root, ports in memory without.")
        {
            seconds, inMemory,
        };
        command.SetAction((parsed, _) => Task.FromResult(Run(parsed.GetValue(seconds)!, parsed.GetValue(inMemory))));
        return command;
    }

    private static int Run(string time, bool inMemory)
    {
        if (!Quantity.TryParseCount(time, 1, 60, out int seconds))
        {
            throw new UserException($"--seconds '{time}' is not a number from 1 to 60");
        }

        using var stop = new StopSignal();
        var story = new Story(Console.Out);
        try
        {
            if (inMemory || !Environment.IsPrivilegedProcess)
            {
                story.Say(inMemory ? "Ports in memory, as asked." : "Without root there are no TAPs: the same story on ports in memory.");
                InMemoryDemo.Run(story, TimeSpan.FromSeconds(seconds), stop.Token);
            }
            else
            {
                TapDemo.Run(story, TimeSpan.FromSeconds(seconds), stop.Token);
            }

            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            story.Say("Stopped; all is cleaned up.");
            return ExitCode.Failed;
        }
    }
}
