using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using VSwitch.Bpf;
using VSwitch.Captures.Files;
using VSwitch.Captures.Recording;
using VSwitch.Capturing;
using VSwitch.Devices.Filters;
using VSwitch.Frames;
using VSwitch.Tool.Capturing;
using VSwitch.Tool.Control.Messages;
using VSwitch.Vlans;

namespace VSwitch.Tool.Control;

/// <summary>Frames as pcapng: those that come, until the client goes, or those that were kept.</summary>
internal static class CaptureRoutes
{
    private const int FramesAtOnce = 256; // before the client gets them
    private const int MaxPorts = 4096;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10); // the workers wake nobody: who reads looks for himself

    internal static void Map(WebApplication app, VirtualSwitch @switch, FlightRecorder? recorder) =>
        app.MapPost("/v1/capture", context => CaptureAsync(context, @switch, recorder, app.Lifetime.ApplicationStopping));

    private static async Task CaptureAsync(HttpContext context, VirtualSwitch @switch, FlightRecorder? recorder, CancellationToken stopping)
    {
        CaptureRequestMessage message = await context.ReadAsync(ControlJson.Default.CaptureRequestMessage).ConfigureAwait(false);
        context.Response.ContentType = "application/vnd.tcpdump.pcap";
        if (message.Kept)
        {
            await SendKeptAsync(context, recorder).ConfigureAwait(false);
            return;
        }

        CaptureRequest request = Read(message);
        using CaptureSession session = Start(@switch, request);
        await StreamAsync(context, session, stopping).ConfigureAwait(false);
    }

    private static async Task StreamAsync(HttpContext context, CaptureSession session, CancellationToken stopping)
    {
        // A client that stands still loses frames, which it is told, not its capture.
        context.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = null;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using var buffer = new MemoryStream();
        using var writer = CaptureWriter.Create(buffer, leaveOpen: true);
        var recorder = new CaptureRecorder(session, writer);
        bool isLast = false;
        for (bool isQuiet = false; !isLast || !isQuiet;)
        {
            if (stopping.IsCancellationRequested && !isLast)
            {
                isLast = true; // the switch ends: the client gets what waits, and a capture that is whole
                session.Dispose();
            }

            isQuiet = recorder.Drain(FramesAtOnce) == 0;
            writer.Flush();
            if (buffer.Length > 0)
            {
                await context.Response.BodyWriter.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted).ConfigureAwait(false);
                buffer.SetLength(0);
            }

            if (isQuiet)
            {
                await Task.Delay(s_pause, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.RequestAborted.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task SendKeptAsync(HttpContext context, FlightRecorder? recorder)
    {
        if (recorder is null)
        {
            throw new ControlException(StatusCodes.Status409Conflict, "the switch keeps no frames: start it with --keep 30s");
        }

        using MemoryStream kept = recorder.Dump();
        await context.Response.BodyWriter.WriteAsync(kept.GetBuffer().AsMemory(0, (int)kept.Length), context.RequestAborted).ConfigureAwait(false);
    }

    private static CaptureRequest Read(CaptureRequestMessage message)
    {
        if (message.Ports?.Count > MaxPorts)
        {
            throw ControlContext.Bad($"more than {MaxPorts} ports");
        }

        VlanSet? vlans = null;
        if (message.Vlans is not null && !VlanSet.TryParse(message.Vlans, null, out vlans))
        {
            throw ControlContext.Bad($"vlans '{message.Vlans}' is no list of VLANs from 1 to 4094, such as 10+20+30-40");
        }

        int snapLength = message.SnapLength == 0 ? CaptureRequest.DefaultSnapLength : message.SnapLength;
        if (snapLength is < 1 or > CaptureRequest.DefaultSnapLength)
        {
            throw ControlContext.Bad($"snapLength {message.SnapLength} is not a number from 1 to {CaptureRequest.DefaultSnapLength}");
        }

        int buffer = message.Buffer == 0 ? CaptureRequest.DefaultBufferOctets : message.Buffer;
        if (buffer is < CaptureRequest.MinBufferOctets or > CaptureRequest.MaxBufferOctets)
        {
            throw ControlContext.Bad($"buffer {message.Buffer} is not a number from {CaptureRequest.MinBufferOctets} to {CaptureRequest.MaxBufferOctets}");
        }

        (BpfProgram? frames, BpfProgram? packets) = Compile(message.Filter);
        return new CaptureRequest
        {
            Ports = message.Ports is { Count: > 0 } ports ? [.. ports] : null,
            Directions = message.Direction switch
            {
                null or "both" => CaptureDirections.Both,
                "in" => CaptureDirections.In,
                "out" => CaptureDirections.Out,
                _ => throw ControlContext.Bad($"direction '{message.Direction}' is not one of in, out, both"),
            },
            Vlans = vlans,
            Filter = frames,
            PacketFilter = packets,
            SnapLength = snapLength,
            OnlyDropped = message.Dropped,
            BufferOctets = buffer,
        };
    }

    /// <summary>For Ethernet and for bare packets, which some expressions don't make sense for: those match none there.</summary>
    private static (BpfProgram? Frames, BpfProgram? Packets) Compile(string? filter)
    {
        if (string.IsNullOrWhiteSpace(filter))
        {
            return (null, null);
        }

        try
        {
            BpfProgram frames = PcapFilter.Compile(filter);
            try
            {
                return (frames, PcapFilter.Compile(filter, LinkLayer.Ip));
            }
            catch (FormatException)
            {
                return (frames, null);
            }
        }
        catch (FormatException error)
        {
            throw ControlContext.Bad($"filter {error.Message}");
        }
        catch (InvalidOperationException error)
        {
            throw new ControlException(StatusCodes.Status409Conflict, error.Message);
        }
    }

    private static CaptureSession Start(VirtualSwitch @switch, CaptureRequest request)
    {
        try
        {
            return @switch.StartCapture(request);
        }
        catch (InvalidOperationException error)
        {
            throw new ControlException(StatusCodes.Status409Conflict, error.Message);
        }
    }
}
