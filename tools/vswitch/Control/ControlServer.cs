using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VSwitch.Devices.Workers;
using VSwitch.Tool.Capturing;
using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Control;

/// <summary>Answers what a running switch is asked over its control socket: HTTP/1.1 and JSON, see docs/control.md.</summary>
/// <remarks>
/// The builder is the empty one: no configuration is read, neither from files of the directory that the command runs in nor from the environment; nothing is logged, and signals
/// stay with the command.
/// </remarks>
internal sealed class ControlServer(ControlSocket? socket, SwitchHost host, RunningPorts ports, FlightRecorder? recorder) : IAsyncDisposable
{
    private const int MaxBodyOctets = 128 * 1024;
    private const int MaxHeaderOctets = 8 * 1024;
    private const int MaxRequestBufferOctets = 64 * 1024;
    private const int MaxConnections = 16;
    private static readonly TimeSpan s_headersTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_idleTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    private Task<WebApplication>? _starting;

    /// <summary>Begins to answer soon, on threads of the pool; who connected before waits that long. Without a socket it does nothing.</summary>
    /// <param name="complain">Hears why it does not.</param>
    internal void Start(Action<string> complain)
    {
        if (socket is not null)
        {
            _starting = Task.Run(() => StartAsync(socket, complain));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_starting is not null)
        {
            try
            {
                WebApplication app = await _starting.ConfigureAwait(false);
                using var farewell = new CancellationTokenSource(s_farewell);
                await app.StopAsync(farewell.Token).ConfigureAwait(false);
                await app.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or InvalidOperationException)
            {
                // It never answered, which has been said, or connections were cut; the switch ends all the same.
            }
        }

        socket?.Dispose();
    }

    private async Task<WebApplication> StartAsync(ControlSocket at, Action<string> complain)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Limit);
        builder.Services.Configure<SocketTransportOptions>(options => options.CreateBoundListenSocket = _ => at.Listener);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, CommandLifetime>();
        WebApplication app = builder.Build();
        ControlRoutes.Map(app, host, ports, recorder);
        try
        {
            await app.StartAsync().ConfigureAwait(false);
            return app;
        }
        catch (IOException error)
        {
            complain($"the control socket does not answer: {error.Message}");
            throw;
        }
    }

    private static void Limit(KestrelServerOptions options)
    {
        options.ListenUnixSocket("/", listen => listen.Protocols = HttpProtocols.Http1); // where, the socket knows
        options.AddServerHeader = false;
        options.Limits.MaxConcurrentConnections = MaxConnections;
        options.Limits.MaxRequestBodySize = MaxBodyOctets;
        options.Limits.MaxRequestHeadersTotalSize = MaxHeaderOctets;
        options.Limits.MaxRequestLineSize = MaxHeaderOctets;
        options.Limits.MaxRequestBufferSize = MaxRequestBufferOctets;
        options.Limits.RequestHeadersTimeout = s_headersTimeout;
        options.Limits.KeepAliveTimeout = s_idleTimeout;
    }
}
