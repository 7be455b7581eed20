using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using VSwitch.Devices.Workers;
using VSwitch.Tool.Capturing;
using VSwitch.Tool.Control.Messages;
using VSwitch.Tool.Ports;

namespace VSwitch.Tool.Control;

/// <summary>What can be asked, version 1, and how a request ends that can't be answered.</summary>
internal static class ControlRoutes
{
    /// <param name="app">Answers.</param>
    /// <param name="host">Runs the switch.</param>
    /// <param name="ports">Its ports, as they were asked for.</param>
    /// <param name="recorder">Keeps the past; null where nobody does.</param>
    internal static void Map(WebApplication app, SwitchHost host, RunningPorts ports, FlightRecorder? recorder)
    {
        app.Use(next => context => AnswerAsync(context, next));
        SwitchRoutes.Map(app, host);
        PortRoutes.Map(app, host, ports);
        FdbRoutes.Map(app, host.Switch);
        TraceRoutes.Map(app, host.Switch);
        CaptureRoutes.Map(app, host.Switch, recorder);
    }

    private static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
            if (!context.Response.HasStarted && context.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
            {
                await RefuseAsync(context, context.Response.StatusCode, $"{context.Request.Method} {context.Request.Path} is nothing that can be asked: see docs/control.md")
                    .ConfigureAwait(false);
            }
        }
        catch (ControlException error)
        {
            await RefuseAsync(context, error.Status, error.Message).ConfigureAwait(false);
        }
        catch (JsonException error)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"the body is not the JSON that is asked for: {error.Message}").ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            await RefuseAsync(context, error.StatusCode, $"the request is not well-formed, or too large: {error.Message}").ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            context.Abort(); // the client has gone, or the switch ends
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string problem)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        context.Response.StatusCode = status;
        return context.ReplyAsync(new ErrorMessage(problem.ReplaceLineEndings(" ")), ControlJson.Default.ErrorMessage);
    }
}
