using Microsoft.Extensions.Hosting;

namespace VSwitch.Tool.Control;

/// <summary>Begins and ends when the command says so: the usual lifetime would take SIGINT and SIGTERM from it.</summary>
internal sealed class CommandLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
