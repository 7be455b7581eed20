namespace VSwitch.Testing.Running;

/// <summary>Frames that are on their way into a port, each with its moment.</summary>
/// <param name="to">The port.</param>
/// <param name="source">The capture, for messages.</param>
/// <param name="frames">At least one, in the order of their times.</param>
/// <param name="start">When time zero is, on the clock of the lab.</param>
/// <param name="rounds">How often all of them are sent.</param>
internal sealed class ReplayTrack(PluggedDevice to, string source, IReadOnlyList<ReplayFrame> frames, long start, int rounds)
{
    private int _next;
    private int _round;

    internal PluggedDevice To => to;

    internal string Source => source;

    /// <summary>Breaks ties between tracks.</summary>
    internal long Order { get; set; }

    internal long Sent { get; private set; }

    internal long Left => ((long)rounds * frames.Count) - Sent;

    internal bool HasEnded => Left == 0;

    /// <summary>When the next frame is sent. A round begins when the last frame of the one before is sent.</summary>
    internal long Due => start + frames[_next].Nanoseconds + (_round * frames[^1].Nanoseconds);

    /// <summary>The next frame.</summary>
    internal ReadOnlyMemory<byte> Take()
    {
        ReadOnlyMemory<byte> frame = frames[_next].Octets;
        Sent++;
        if (++_next == frames.Count)
        {
            (_next, _round) = (0, _round + 1);
        }

        return frame;
    }
}
