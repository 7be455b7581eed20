using Microsoft.Extensions.Logging;
using VSwitch.Devices.Workers;

namespace VSwitch.Tool.Run;

/// <summary>A line a message on standard error, as <c>vswitch: warning: text</c>.</summary>
/// <remarks>Without a factory around it, which takes 10 ms to wake up, and 35 with its container.</remarks>
/// <param name="least">What is below this is left out.</param>
internal sealed class StandardErrorLog(LogLevel least) : ILogger<SwitchHost>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        string level = logLevel switch
        {
            LogLevel.Critical or LogLevel.Error => "error: ",
            LogLevel.Warning => "warning: ",
            _ => "",
        };
        Console.Error.WriteLine($"vswitch: {level}{formatter(state, exception)}{(exception is null ? "" : $": {exception}")}");
    }
}
