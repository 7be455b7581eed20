using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using VSwitch.Devices.Workers;

namespace VSwitch.Integration.Tests.Lab;

/// <summary>What the host said.</summary>
internal sealed class LabLog : ILogger<SwitchHost>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    internal IEnumerable<string> Errors => _lines.Where(l => l.Level >= LogLevel.Error).Select(l => l.Text);

    internal IEnumerable<string> Lines => _lines.Select(l => l.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));

    /// <summary>How often the host said that the port's device is gone.</summary>
    internal int TimesLost(string port) => Lines.Count(l => l.StartsWith($"port {port}: the device is gone", StringComparison.Ordinal));

    /// <summary>How often the host said that the port's device is back.</summary>
    internal int TimesBack(string port) => Lines.Count(l => l.StartsWith($"port {port}: the device is back", StringComparison.Ordinal));
}
