using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using VSwitch.Devices.Workers;

namespace VSwitch.Devices.Tests.Workers;

/// <summary>What a host said, in order.</summary>
internal sealed class HostLog : ILogger<SwitchHost>
{
    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>Lines since it was asked last; each a warning.</summary>
    internal string[] Take()
    {
        List<string> lines = [];
        while (_lines.TryDequeue(out string? line))
        {
            lines.Add(line);
        }

        return [.. lines];
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Assert.Equal(LogLevel.Warning, logLevel);
        _lines.Enqueue(formatter(state, exception));
    }
}
