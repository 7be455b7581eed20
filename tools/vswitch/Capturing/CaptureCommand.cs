using System.CommandLine;
using Microsoft.Win32.SafeHandles;
using VSwitch.Captures.Recording;
using VSwitch.Terminal;
using VSwitch.Tool.Ask;

namespace VSwitch.Tool.Capturing;

/// <summary><c>vswitch capture</c>: frames of a running switch, into a file or a pipe, with tcpdump's words.</summary>
internal static class CaptureCommand
{
    internal static Command Create()
    {
        var options = new CaptureOptions();
        var command = new Command(
            "capture", "Capture frames of a running switch as pcapng: all ports in one order, dropped frames with their reasons. Into Wireshark: vswitch capture -w - | wireshark -k -i -");
        options.AddTo(command);
        AskOptions ask = AskOptions.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            CaptureWishes wishes = options.Read(parsed);
            using CaptureFiles files = Open(wishes.File);
            using ControlClient client = ask.Open(parsed);
            return await RunAsync(client, wishes, files).ConfigureAwait(false);
        });
        return command;
    }

    private static CaptureFiles Open(CaptureFileOptions options)
    {
        try
        {
            return options.Path == "-"
                ? new CaptureFiles(options, TimeProvider.System, _ => OpenOutput())
                : new CaptureFiles(options, TimeProvider.System);
        }
        catch (ArgumentException error)
        {
            throw new UserException($"-w {Printable.Of(error.Message)}", error);
        }
    }

    // Not the console's own stream: that one hides it when nobody reads any more.
    private static FileStream OpenOutput() => new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    private static async Task<int> RunAsync(ControlClient client, CaptureWishes wishes, CaptureFiles files)
    {
        using var stop = new StopSignal();
        try
        {
            using Stream stream = await client.CaptureAsync(wishes.Request, stop.Token).ConfigureAwait(false);
            files.Begin();
            Say(wishes.Request.Kept ? null : $"capturing to {wishes.File.Path}: Ctrl-C ends it");
            using var receiver = new CaptureReceiver(stream, files, wishes.Count);
            using (stop.Token.Register(receiver.Stop))
            {
                await Task.Factory.StartNew(receiver.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }

            Say($"{files.Written} packets captured, {receiver.Lost} lost because this end was too slow");
            if (receiver.Problem is { } problem)
            {
                Say(problem);
                return ExitCode.Failed;
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop before it began.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{Printable.Of(wishes.File.Path)} can't be written: {error.Message.TrimEnd('.')}", error);
        }

        return ExitCode.Done;
    }

    private static void Say(string? text)
    {
        if (text is not null)
        {
            Console.Error.WriteLine($"vswitch: {Printable.Of(text)}");
        }
    }
}
