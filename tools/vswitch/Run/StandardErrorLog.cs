using Microsoft.Extensions.Logging;

namespace VSwitch.Tool.Run;

/// <summary>A line a message on standard error, as <c>vswitch: warning: text</c>.</summary>
internal sealed class StandardErrorLog : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string level = logLevel switch
        {
            LogLevel.Critical or LogLevel.Error => "error: ",
            LogLevel.Warning => "warning: ",
            _ => "",
        };
        Console.Error.WriteLine($"vswitch: {level}{formatter(state, exception)}{(exception is null ? "" : $": {exception}")}");
    }

    public void Dispose()
    {
    }
}
