using VSwitch.Capturing;

namespace VSwitch;

/// <content>Copies of what comes in and goes out.</content>
public sealed partial class VirtualSwitch
{
    private const int MaxCaptures = 8;
    private const long NanosecondsPerTick = 100; // of DateTime

    /// <summary>Captures under way; while there is none, capturing costs nothing.</summary>
    public int Captures => _state.Capturing?.Length ?? 0;

    /// <summary>Begins to copy frames for a reader.</summary>
    /// <returns>The frames; dispose of it when no more are wanted.</returns>
    /// <exception cref="ArgumentException">The request asks for nothing, or for a buffer that is too small or too large.</exception>
    /// <exception cref="InvalidOperationException">Too many capture at once.</exception>
    public CaptureSession StartCapture(CaptureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.SnapLength, 1, nameof(request));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.BufferOctets, CaptureRequest.MinBufferOctets, nameof(request));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.BufferOctets, CaptureRequest.MaxBufferOctets, nameof(request));
        ArgumentOutOfRangeException.ThrowIfEqual((int)(request.Directions & CaptureDirections.Both), 0, nameof(request));
        lock (_configuring)
        {
            CaptureSession[] sessions = _state.Capturing ?? [];
            if (sessions.Length == MaxCaptures)
            {
                throw new InvalidOperationException($"{MaxCaptures} others capture already: wait until one has ended");
            }

            long now = (_state.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;
            var session = new CaptureSession(request, now - _state.TimeAt(_state.Time.GetTimestamp()).Nanoseconds, EndCapture);
            session.Know(CapturePorts());
            _state.Capturing = [.. sessions, session];
            return session;
        }
    }

    private void EndCapture(CaptureSession session)
    {
        lock (_configuring)
        {
            CaptureSession[] rest = [.. (_state.Capturing ?? []).Where(s => s != session)];
            _state.Capturing = rest.Length > 0 ? rest : null;
        }
    }

    private void TellCaptures()
    {
        if (_state.Capturing is { } sessions)
        {
            CapturePort[] ports = CapturePorts();
            foreach (CaptureSession session in sessions)
            {
                session.Know(ports);
            }
        }
    }

    private CapturePort[] CapturePorts() => [.. _portList.Select(p => new CapturePort(p.Id, p.Name, p.Device.LinkLayer))];
}
